// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.output;

import io.millrace.api.Batch;
import io.millrace.api.BatchId;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkOwner;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each batch to a directory of text files. The files are written in a hidden directory and forced to the disk;
 * once the batch is committed, the directory is renamed, so that its name stands for a whole batch. A file in it says
 * whose batch it is: finishing the same batch again leaves what is there, and anybody else's directory is refused.
 */
final class TextFilesSink implements Sink.Resumable {
    private static final Logger LOG = LoggerFactory.getLogger(TextFilesSink.class);
    private static final String OWNER = "_BATCH";
    /** Committable: this byte, the hidden directory's name, the file's name. */
    private static final int VERSION = 1;

    private final BatchDirectory names;
    private final Consumer<String> steps;

    TextFilesSink(String prefix, String suffix, Consumer<String> steps) {
        if (prefix.isBlank()) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG, "'prefix' of a text-files sink is blank: give a path, such as out/words");
        }
        this.names = new BatchDirectory(prefix, suffix.isEmpty() ? "" : "." + suffix);
        this.steps = steps;
    }

    @Override
    public void claim(SinkOwner owner) throws IOException {
        if (!Files.isDirectory(names.parent())) {
            return;
        }
        List<Path> entries;
        try (Stream<Path> found = Files.list(names.parent())) {
            entries = found.toList();
        }
        for (Path entry : entries) {
            Optional<Long> epoch =
                    names.epochOf(String.valueOf(entry.getFileName()), owner.programId(), owner.output());
            if (epoch.isPresent() && epoch.get() < owner.epoch()) {
                steps.accept("delete leftover");
                Disk.delete(entry);
                LOG.info("Output '{}': removed '{}', which was never committed", owner.output(), entry);
            }
        }
    }

    @Override
    public byte[] prepare(Batch<?> batch, int partition) throws Exception {
        BatchId id = batch.id();
        Path hidden = names.hidden(id);
        Path file = hidden.resolve(String.format("part-%05d", partition));
        try {
            isWritten(id);
            if (!Files.isDirectory(hidden)) {
                make(hidden);
            }
            steps.accept("write part");
            write(file, batch, partition);
            steps.accept("force part");
            Disk.force(file);
            steps.accept("force part's name");
            Disk.force(hidden);
            steps.accept("prepared");
        } catch (IOException e) {
            throw failed(id, e);
        }
        ByteWriter committable = new ByteWriter(100);
        committable.writeByte(VERSION);
        committable.writeString(String.valueOf(hidden.getFileName()));
        committable.writeString(String.valueOf(file.getFileName()));
        return committable.toByteArray();
    }

    private void make(Path hidden) throws IOException {
        steps.accept("make directory");
        Files.createDirectories(hidden);
        steps.accept("force directory's name");
        Disk.force(names.parent());
    }

    /** What is no text, half of a surrogate pair, is written as a question mark: an element never stops an output. */
    private static void write(Path file, Batch<?> batch, int partition) throws Exception {
        try (BufferedWriter out =
                new BufferedWriter(new OutputStreamWriter(Files.newOutputStream(file), StandardCharsets.UTF_8))) {
            batch.forEach(partition, element -> {
                out.write(String.valueOf(element));
                out.write('\n');
            });
        }
    }

    @Override
    public void finish(BatchId batch, List<byte[]> committables) {
        try {
            Path hidden = committables.isEmpty() ? names.hidden(batch) : hidden(batch, committables);
            if (isWritten(batch)) {
                steps.accept("delete what is not needed");
                Disk.delete(hidden);
                Disk.force(names.parent());
                return;
            }
            if (committables.isEmpty()) {
                make(hidden);
            } else if (!Files.isDirectory(hidden)) {
                // renamed before, and moved on by whoever reads it
                LOG.warn(
                        "Batch {} is neither in '{}' nor in '{}': taken away, I assume, after it had been there",
                        batch.batchTime(),
                        names.visible(batch),
                        hidden);
                return;
            }
            publish(batch, hidden);
        } catch (IOException e) {
            throw failed(batch, e);
        }
    }

    private void publish(BatchId batch, Path hidden) throws IOException {
        try {
            steps.accept("write owner");
            Files.writeString(hidden.resolve(OWNER), owner(batch));
            steps.accept("force owner");
            Disk.force(hidden.resolve(OWNER));
            Disk.force(hidden);
            steps.accept("rename");
            Files.move(hidden, names.visible(batch), StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            if (!isWritten(batch)) { // else another process has just renamed it
                throw e;
            }
        }
        steps.accept("force renamed");
        Disk.force(names.parent());
        steps.accept("finished");
    }

    /** The one directory of which the committables speak, with every file of theirs in it as long as it is there. */
    private Path hidden(BatchId batch, List<byte[]> committables) {
        Path hidden = names.parent();
        for (byte[] committable : committables) {
            ByteReader in = new ByteReader(committable);
            int version = in.readByte();
            if (version != VERSION) {
                throw new MillraceException(
                        ErrorCode.CORRUPT_DATA,
                        "batch " + batch.batchTime() + " of output '" + batch.output() + "' was prepared in version "
                                + version + " of text-files, which this version of Millrace does not know: start the"
                                + " version that wrote it, or a newer one");
            }
            hidden = names.parent().resolve(in.readString());
            Path file = hidden.resolve(in.readString());
            // in this order: another process may rename the directory at any moment
            if (!Files.exists(file) && Files.isDirectory(hidden)) {
                throw new MillraceException(
                        ErrorCode.CORRUPT_DATA,
                        "'" + file + "' is gone, which batch " + batch.batchTime() + " of output '" + batch.output()
                                + "' wrote and committed: restore it, or remove its directory to do without the batch");
            }
        }
        return hidden;
    }

    @Override
    public void discard(BatchId batch, List<byte[]> committables) throws IOException {
        Disk.delete(names.hidden(batch));
    }

    @Override
    public void close() {}

    /** Whether the batch's directory is there; refuses one that somebody else wrote. */
    private boolean isWritten(BatchId id) throws IOException {
        Path target = names.visible(id);
        if (!Files.exists(target)) {
            return false;
        }
        Path file = target.resolve(OWNER);
        if (Files.exists(file) && Files.readString(file).equals(owner(id))) {
            return true;
        }
        throw new MillraceException(
                ErrorCode.USER_CONFIG,
                "'" + target + "' exists and was not written by this output: give another prefix, or move it away",
                new FileAlreadyExistsException(target.toString()));
    }

    private static String owner(BatchId id) {
        return "program " + id.programId() + "\noutput " + id.output() + "\nbatch "
                + id.batchTime().toEpochMilli() + "\n";
    }

    private MillraceException failed(BatchId id, IOException e) {
        return new MillraceException(
                ErrorCode.EXTERNAL_SYSTEM,
                "batch " + id.batchTime() + " cannot be written to '" + names.visible(id) + "': " + e
                        + "; free the space or mend the permission there, and start again",
                e);
    }
}
