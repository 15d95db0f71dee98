// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import io.millrace.api.Batch;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Function;

/**
 * Writes an output's batches as text files, one per batch, named by the batch time. A batch that runs again replaces its
 * file, and a file is there whole or not at all: this is what makes the output exactly-once.
 *
 * @param directory the output's own
 */
record ResultWriter(String directory) implements Serializable {
    /** Ends the names of finished files. */
    static final String SUFFIX = ".txt";

    /** Writes each element of the batch as a line and makes the file durable before it gets its name. */
    <T> void write(Batch<T> batch, Function<? super T, String> line) throws Exception {
        if (batch.isEmpty()) {
            return;
        }
        StringBuilder text = new StringBuilder();
        batch.forEach(element -> text.append(line.apply(element)).append('\n'));
        Path folder = Files.createDirectories(Path.of(directory));
        String name = batch.id().batchTime().toEpochMilli() + SUFFIX;
        Path unfinished = folder.resolve(name + ".tmp");
        write(unfinished, text);
        Files.move(
                unfinished, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
            entries.force(true);
        }
    }

    private static void write(Path file, CharSequence text) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }
}
