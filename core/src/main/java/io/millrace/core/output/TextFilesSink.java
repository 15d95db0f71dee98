// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.output;

import io.millrace.api.Batch;
import io.millrace.api.BatchId;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.core.output.BatchDirectory.Leftover;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
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
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each batch to a directory of text files. The files are written in a hidden directory and forced to the disk;
 * once the batch is committed, the directory is renamed, so that its name stands for a whole batch. A file in it says
 * whose batch it is: finishing the same batch again leaves what is there, and anybody else's directory is refused.
 *
 * <p>A checkpoint that was begun from a savepoint leaves a claim beside the directories. From then on the checkpoint that
 * wrote them before makes nothing visible; what it wrote is left, unless the new one comes to a batch of the same time.
 */
final class TextFilesSink implements Sink.Resumable {
    private static final Logger LOG = LoggerFactory.getLogger(TextFilesSink.class);
    /** Committable: this byte, the hidden directory's name, the file's name, the checkpoint's identity. */
    private static final int VERSION = 2;
    /** The same without an identity. */
    private static final int WITHOUT_IDENTITY = 1;
    /** How the file of a partition is called. */
    private static final Pattern PART = Pattern.compile("part-\\d{5,10}");

    /** What a hidden directory may be called, whatever the prefix. */
    private static final Pattern FILE_NAME = Pattern.compile("\\.[^/\\\\\\x00]+\\.part");

    private final BatchDirectory names;
    private final Consumer<String> steps;
    private @Nullable SinkOwner owner;
    /** Batches up to this one, in ms, are continued: if they are there they are not written again. */
    private long continued = Long.MIN_VALUE;

    TextFilesSink(String prefix, String suffix, Consumer<String> steps) {
        if (prefix.isBlank()) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG, "'prefix' of a text-files sink is blank: give a path, such as out/words");
        }
        this.names = new BatchDirectory(prefix, suffix.isEmpty() ? "" : "." + suffix);
        this.steps = steps;
    }

    @Override
    public Optional<SinkClaim> look(String programId, String output) throws IOException {
        Path file = names.claim(programId, output);
        Optional<TargetClaim> claim = TargetClaim.read(file);
        Optional<BatchOwner> newest = newest(programId, output, claim);
        Optional<Instant> last = newest.map(batch -> Instant.ofEpochMilli(batch.batchTime()));
        if (claim.isPresent()) {
            return Optional.of(
                    new SinkClaim(claim.get().identity(), claim.get().epoch(), last, "the file '" + file + "'"));
        }
        return newest.map(batch -> new SinkClaim(
                batch.identity(), 0, last, "a directory '" + names.prefix() + "-*" + names.suffix() + "'"));
    }

    /** The newest batch of an output; if it was taken over, the newest that whoever did so has written or continues. */
    private Optional<BatchOwner> newest(String programId, String output, Optional<TargetClaim> claim)
            throws IOException {
        TreeMap<Long, Path> batches = new TreeMap<>(Comparator.reverseOrder());
        for (Path entry : entries()) {
            names.batchOf(String.valueOf(entry.getFileName())).ifPresent(time -> batches.put(time, entry));
        }
        for (Path each : batches.values()) {
            Optional<BatchOwner> batch = BatchOwner.of(each);
            if (batch.isPresent()
                    && batch.get().program().equals(programId)
                    && batch.get().output().equals(output)
                    && (claim.isEmpty()
                            || batch.get().batchTime() <= claim.get().last()
                            || batch.get().identity().equals(claim.get().identity()))) {
                return batch;
            }
        }
        return Optional.empty();
    }

    private List<Path> entries() throws IOException {
        if (!Files.isDirectory(names.parent())) {
            return List.of();
        }
        try (Stream<Path> found = Files.list(names.parent())) {
            return found.toList();
        }
    }

    @Override
    public boolean claim(SinkOwner claimant, Optional<SinkClaim> found, Optional<Instant> lastBatch)
            throws IOException {
        String identity = claimant.identity();
        Path file = names.claim(claimant.programId(), claimant.output());
        Optional<TargetClaim> before = TargetClaim.read(file);
        boolean anothers = found.isPresent() && !found.get().identity().equals(identity);
        if (!identity.isEmpty() && (before.isPresent() || anothers)) {
            boolean own = before.isPresent() && before.get().identity().equals(identity);
            long last = own
                    ? before.get().last()
                    : lastBatch.map(Instant::toEpochMilli).orElse(Long.MIN_VALUE);
            steps.accept("write claim");
            Files.createDirectories(names.parent());
            if (!new TargetClaim(identity, claimant.epoch(), last).write(file, there -> isAs(found, there))) {
                return false;
            }
            continued = last;
        }
        owner = claimant;
        for (Path entry : entries()) {
            Optional<Leftover> left =
                    names.leftover(String.valueOf(entry.getFileName()), claimant.programId(), claimant.output());
            if (left.isPresent() && isNeverFinished(left.get(), claimant, found)) {
                steps.accept("delete leftover");
                Disk.delete(entry);
                LOG.info("Output '{}': removed '{}', which was never committed", claimant.output(), entry);
            }
        }
        return true;
    }

    private static boolean isAs(Optional<SinkClaim> found, Optional<TargetClaim> there) {
        boolean claimed = found.isPresent() && found.get().epoch() > 0;
        return there.isEmpty()
                ? !claimed
                : claimed
                        && found.get().identity().equals(there.get().identity())
                        && found.get().epoch() == there.get().epoch();
    }

    private static boolean isNeverFinished(Leftover left, SinkOwner claimant, Optional<SinkClaim> found) {
        boolean replaced = found.isPresent()
                && !found.get().identity().equals(claimant.identity())
                && left.isOf(found.get().identity());
        boolean before = left.epoch() < claimant.epoch() && (left.isOf(claimant.identity()) || left.isOf(""));
        return replaced || before;
    }

    @Override
    public byte[] prepare(Batch<?> batch, int partition) throws Exception {
        BatchId id = batch.id();
        String identity = identity();
        Path hidden = names.hidden(id, identity);
        Path file = hidden.resolve(String.format(Locale.ROOT, "part-%05d", partition));
        String asWhom = identity;
        try {
            Optional<BatchOwner> there = written(id);
            if (there.isPresent() && id.batchTime().toEpochMilli() <= continued) {
                asWhom = there.get().identity(); // it is there, and left as it is
            }
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
        committable.writeString(asWhom);
        return committable.toByteArray();
    }

    private String identity() {
        SinkOwner claimed = owner;
        return claimed == null ? "" : claimed.identity();
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
    public void check(BatchId batch, List<byte[]> committables) {
        prepared(batch, committables);
    }

    @Override
    public void finish(BatchId batch, List<byte[]> committables) {
        try {
            Prepared prepared = prepared(batch, committables);
            Path hidden = prepared.hidden();
            Optional<BatchOwner> there = written(batch);
            if (there.isPresent() && (committables.isEmpty() || there.get().equals(prepared.owner()))) {
                steps.accept("delete what is not needed");
                Disk.delete(hidden);
                Disk.force(names.parent());
                return;
            }
            refuseIfTakenOver(batch);
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
            if (there.isPresent()) {
                replace(batch, there.get());
            }
            publish(batch, prepared);
        } catch (IOException e) {
            throw failed(batch, e);
        }
    }

    /** What is there was written by a checkpoint that this one does not continue. */
    private void replace(BatchId batch, BatchOwner there) throws IOException {
        Path aside = names.replaced(batch, there.identity());
        steps.accept("replace another's");
        Disk.delete(aside);
        Files.move(names.visible(batch), aside, StandardCopyOption.ATOMIC_MOVE);
        LOG.warn(
                "Batch {} was there, written by another checkpoint of program '{}' ({}): its directory is '{}' now",
                batch.batchTime(),
                batch.programId(),
                there.identity(),
                aside);
    }

    private void refuseIfTakenOver(BatchId batch) throws IOException {
        SinkOwner claimed = owner;
        if (claimed == null || claimed.identity().isEmpty()) {
            return; // what earlier starts left is finished before the target is claimed
        }
        Path file = names.claim(batch.programId(), batch.output());
        Optional<TargetClaim> by = TargetClaim.read(file);
        if (by.isPresent() && !by.get().identity().equals(claimed.identity())) {
            throw new MillraceException(
                    ErrorCode.FENCED,
                    "output '" + batch.output() + "' of program '" + batch.programId() + "' belongs to checkpoint "
                            + by.get().identity() + " now, as the file '" + file
                            + "' says, and this process has checkpoint "
                            + claimed.identity() + ": another process has taken the output over");
        }
    }

    private void publish(BatchId batch, Prepared prepared) throws IOException {
        Path hidden = prepared.hidden();
        try {
            steps.accept("write owner");
            prepared.owner().write(hidden);
            steps.accept("force owner");
            Disk.force(hidden.resolve(BatchOwner.FILE));
            Disk.force(hidden);
            steps.accept("rename");
            Files.move(hidden, names.visible(batch), StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            if (written(batch).isEmpty()) { // else another process has just renamed it
                throw e;
            }
        }
        steps.accept("force renamed");
        Disk.force(names.parent());
        steps.accept("finished");
    }

    /** What committables speak of: where the batch is prepared, and as whose it is to be seen. */
    private record Prepared(Path hidden, BatchOwner owner) {}

    /** The one directory of which the committables speak, with every file of theirs in it as long as it is there. */
    private Prepared prepared(BatchId batch, List<byte[]> committables) {
        String identity = identity();
        Path hidden = names.hidden(batch, identity);
        for (byte[] committable : committables) {
            ByteReader in = new ByteReader(committable);
            int version = in.readByte();
            if (version != VERSION && version != WITHOUT_IDENTITY) {
                throw new MillraceException(
                        ErrorCode.CORRUPT_DATA,
                        "batch " + batch.batchTime() + " of output '" + batch.output() + "' was prepared in version "
                                + version + " of text-files, which this version of Millrace does not know: start the"
                                + " version that wrote it, or a newer one");
            }
            String name = in.readString();
            String part = in.readString();
            if (!FILE_NAME.matcher(name).matches() || !PART.matcher(part).matches()) {
                throw namedByNobody(batch, name, part);
            }
            if (!name.startsWith(names.beginning(batch))) {
                throw new MillraceException(
                        ErrorCode.USER_CONFIG,
                        "batch " + batch.batchTime() + " of output '" + batch.output() + "' was prepared as '" + name
                                + "', and the output writes '" + names.visible(batch)
                                + "' now: start once with the prefix"
                                + " and suffix of then, or with the outputs in the order of then if they have no names");
            }
            if (!names.isHidden(name)) {
                // it is moved or deleted: no other directory may be named, whoever wrote the savepoint
                throw namedByNobody(batch, name, part);
            }
            hidden = names.parent().resolve(name);
            Path file = hidden.resolve(part);
            identity = version == WITHOUT_IDENTITY ? "" : in.readString();
            // in this order: another process may rename the directory at any moment
            if (!Files.exists(file) && Files.isDirectory(hidden)) {
                throw new MillraceException(
                        ErrorCode.CORRUPT_DATA,
                        "'" + file + "' is gone, which batch " + batch.batchTime() + " of output '" + batch.output()
                                + "' wrote and committed: restore it, or remove its directory to do without the batch");
            }
        }
        return new Prepared(hidden, BatchOwner.of(batch, identity));
    }

    private static MillraceException namedByNobody(BatchId batch, String name, String part) {
        return new MillraceException(
                ErrorCode.CORRUPT_DATA,
                "batch " + batch.batchTime() + " of output '" + batch.output() + "' was prepared as '" + name + "/"
                        + part
                        + "', and text-files names nothing so: the checkpoint or savepoint is damaged, or was changed by"
                        + " hand; restore it from a copy");
    }

    @Override
    public void discard(BatchId batch, List<byte[]> committables) throws IOException {
        Disk.delete(names.hidden(batch, identity()));
    }

    @Override
    public void close() {}

    /** Whose the batch's directory is, if it is there; refuses one that is of another program or output. */
    private Optional<BatchOwner> written(BatchId id) throws IOException {
        Path target = names.visible(id);
        if (!Files.exists(target)) {
            return Optional.empty();
        }
        Optional<BatchOwner> there = BatchOwner.of(target);
        if (there.isPresent() && there.get().isSameBatch(BatchOwner.of(id, ""))) {
            return there;
        }
        throw new MillraceException(
                ErrorCode.USER_CONFIG,
                "'" + target + "' exists and was not written by this output: give another prefix, or move it away",
                new FileAlreadyExistsException(target.toString()));
    }

    private MillraceException failed(BatchId id, IOException e) {
        return new MillraceException(
                ErrorCode.EXTERNAL_SYSTEM,
                "batch " + id.batchTime() + " cannot be written to '" + names.visible(id) + "': " + e
                        + "; free the space or mend the permission there, and start again",
                e);
    }
}
