// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.output;

import io.millrace.api.Batch;
import io.millrace.api.BatchId;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.function.BatchFunction;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Writes each batch to a directory of text files. The directory is written under another name, forced to the disk and
 * renamed, so that its name stands for a whole batch. A file in it says whose batch it is: writing the same batch again
 * leaves what is there, and anybody else's directory is refused.
 */
public final class TextFiles<T> implements BatchFunction<T> {
    private static final long serialVersionUID = 1L;
    private static final String OWNER = "_BATCH";

    private final String prefix;
    private final String suffix;

    /**
     * An output.
     *
     * @param prefix path and beginning of each directory's name
     * @param suffix the end of the name after a dot; may be empty
     */
    public TextFiles(String prefix, String suffix) {
        if (prefix.isBlank()) {
            throw new IllegalArgumentException("saveAsTextFiles to a blank prefix: give a path, such as out/words");
        }
        this.prefix = prefix;
        this.suffix = suffix;
    }

    @Override
    public void accept(Batch<T> batch) throws Exception {
        BatchId id = batch.id();
        Path target = Path.of(prefix + "-" + id.batchTime().toEpochMilli() + (suffix.isEmpty() ? "" : "." + suffix))
                .toAbsolutePath();
        String owner = "program " + id.programId() + "\noutput " + id.output() + "\nbatch "
                + id.batchTime().toEpochMilli() + "\n";
        if (written(target, owner)) {
            return;
        }
        Path parent = Optional.ofNullable(target.getParent()).orElse(target);
        Path temporary = parent.resolve("." + target.getFileName() + ".part");
        try {
            Files.createDirectories(parent);
            delete(temporary);
            Files.createDirectory(temporary);
            for (int partition = 0; partition < batch.partitions(); partition++) {
                write(temporary.resolve(String.format("part-%05d", partition)), batch, partition);
            }
            Files.writeString(temporary.resolve(OWNER), owner, StandardOpenOption.CREATE_NEW);
            force(temporary.resolve(OWNER));
            force(temporary);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            force(parent);
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    "batch " + id.batchTime() + " cannot be written to '" + target + "': " + e
                            + "; free the space or mend the permission there, and start again",
                    e);
        }
    }

    private static boolean written(Path target, String owner) throws IOException {
        if (!Files.exists(target)) {
            return false;
        }
        Path file = target.resolve(OWNER);
        if (Files.exists(file) && Files.readString(file).equals(owner)) {
            return true;
        }
        throw new MillraceException(
                ErrorCode.USER_CONFIG,
                "'" + target + "' exists and was not written by this output: give another prefix, or move it away",
                new FileAlreadyExistsException(target.toString()));
    }

    private void write(Path file, Batch<T> batch, int partition) throws Exception {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            batch.forEach(partition, element -> {
                out.write(String.valueOf(element));
                out.write('\n');
            });
        }
        force(file);
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            List<Path> all;
            try (Stream<Path> found = Files.walk(directory)) {
                all = found.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path each : all) {
                Files.delete(each);
            }
        }
    }
}
