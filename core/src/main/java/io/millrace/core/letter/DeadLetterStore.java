// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.letter;

import io.millrace.api.DeadLetterFile;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.source.Slice;
import io.millrace.spi.plugin.PrivateFiles;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of one program. A batch's file is written under a hidden name, forced to the disk before the batch is
 * committed, and gets its name when it is: a rename that a start repeats if the process died before it. Which of the
 * hidden files are of committed batches is for the ledger to say; the others are removed, since their batches run again.
 */
public final class DeadLetterStore {
    private static final Pattern PREPARED = Pattern.compile("\\.(-?\\d+)-(\\d+)\\.prepared");
    private static final Pattern REFUSED = Pattern.compile("\\.(-?\\d+)-(\\d+)-([0-9a-f-]{36})\\.refused");

    private final Path directory;
    private final long epoch;
    private final long maxBytes;
    private final NavigableSet<RefusedFile> refused = new ConcurrentSkipListSet<>();

    /** Letters of what the target of an output refused, which may have the batch although the ledger does not know yet. */
    private record RefusedFile(long batch, String output, long epoch, Path file) implements Comparable<RefusedFile> {
        @Override
        public int compareTo(RefusedFile other) {
            int byBatch = Long.compare(batch, other.batch);
            int byOutput = byBatch == 0 ? output.compareTo(other.output) : byBatch;
            return byOutput == 0 ? Long.compare(epoch, other.epoch) : byOutput;
        }
    }

    private DeadLetterStore(Path directory, long epoch, long maxBytes) {
        this.directory = directory;
        this.epoch = epoch;
        this.maxBytes = maxBytes;
    }

    /**
     * Opens the directory of a program, and makes it if it is not there.
     *
     * @param parent the directory of all programs
     * @throws MillraceException if it cannot be written to
     */
    public static DeadLetterStore open(Path parent, String program, long epoch, long maxBytes) {
        Path directory = parent.resolve(program).normalize();
        if (!parent.normalize().equals(directory.getParent())) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "program '" + program + "' cannot have a directory for its dead letters: give it another id");
        }
        try {
            Files.createDirectories(directory, PrivateFiles.directory(directory));
        } catch (IOException e) {
            throw refused(directory, e);
        }
        if (!Files.isWritable(directory)) {
            throw refused(directory, new IOException("this user may not write there"));
        }
        return new DeadLetterStore(directory, epoch, maxBytes);
    }

    private static MillraceException refused(Path directory, IOException e) {
        return new MillraceException(
                ErrorCode.USER_CONFIG,
                "dead letters cannot be written to '" + directory + "': " + e
                        + "; set dead-letters.directory to one that this user may write to",
                e);
    }

    /** The error of a batch that has too many. */
    static MillraceException tooMany(Instant batch, long maxBytes, String example) {
        return new MillraceException(
                ErrorCode.USER_CODE,
                "the dead letters of batch " + batch + " come to more than " + maxBytes
                        + " bytes, so that it is hardly the records that are wrong: mend the function, or raise"
                        + " dead-letters.max-bytes-per-batch; " + example);
    }

    /** Writes the letters of a batch, and returns when they are on the disk under their hidden name. */
    public void prepare(Instant batch, List<Letters> letters) {
        long bytes = letters.stream().mapToLong(some -> some.bytes().length()).sum();
        if (bytes > maxBytes) {
            throw tooMany(batch, maxBytes, "by operator: " + counts(letters));
        }
        write(batch, letters, prepared(batch.toEpochMilli()));
    }

    /**
     * Writes the letters of what the target of an output refuses of a batch, and returns when they are on the disk. They
     * get their name with the batch's commit, and stay if the process dies before: the target may have the batch, and is not
     * asked again then.
     */
    public void refused(Instant batch, String output, Letters letters) {
        String key = key(output);
        Path file = directory.resolve("." + batch.toEpochMilli() + "-" + epoch + "-" + key + ".refused");
        write(batch, List.of(letters), file);
        refused.add(new RefusedFile(batch.toEpochMilli(), key, epoch, file));
    }

    /** Removes such letters for good, since the target does not have the batch. */
    public void forgetRefused(Instant batch, String output) {
        String key = key(output);
        List<RefusedFile> found = refused(batch.toEpochMilli()).stream()
                .filter(letters -> letters.output.equals(key))
                .toList();
        if (found.isEmpty()) {
            return;
        }
        found.forEach(letters -> delete(letters.file));
        try {
            force(directory);
        } catch (IOException e) {
            throw failed("the letters of an attempt to write batch " + batch + " cannot be removed", e);
        }
        refused.removeAll(found);
    }

    /** Gives such letters of a committed batch their names, which are returned. */
    public List<Path> publishRefused(Instant batch) {
        return publishRefused(refused(batch.toEpochMilli()));
    }

    /** Of several starts that wrote letters for one batch and output, the last one had the target. */
    private List<Path> publishRefused(Collection<RefusedFile> found) {
        List<Path> published = new ArrayList<>();
        for (RefusedFile letters : found) {
            RefusedFile next = refused.higher(letters);
            boolean last = next == null || next.batch != letters.batch || !next.output.equals(letters.output);
            // whoever wrote it, was replaced and woke up may have given it its name
            boolean gone = letters.epoch != epoch && Files.notExists(letters.file);
            if (last && !gone) {
                published.add(publish(letters.file, letters.batch, letters.epoch));
            } else if (!gone) {
                delete(letters.file);
            }
        }
        refused.removeAll(found);
        return published;
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw failed("'" + file + "' cannot be removed", e);
        }
    }

    private List<RefusedFile> refused(long batch) {
        return refused.isEmpty()
                ? List.of()
                : refused.stream().filter(letters -> letters.batch == batch).toList();
    }

    /** Names of outputs may be long, and hold what names of files cannot. */
    private static String key(String output) {
        return UUID.nameUUIDFromBytes(output.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private void write(Instant batch, List<Letters> letters, Path file) {
        try {
            FileChannel channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE),
                    PrivateFiles.file(file));
            try (OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel))) {
                DeadLetterFile.begin(out);
                for (Letters some : letters) {
                    Slice frames = some.bytes();
                    out.write(frames.array(), frames.offset(), frames.length());
                }
            }
            force(file);
            force(directory);
        } catch (IOException e) {
            throw failed("the dead letters of batch " + batch + " cannot be written to '" + file + "'", e);
        }
    }

    /** How many letters there are, by operator. */
    public static Map<String, Long> counts(List<Letters> letters) {
        Map<String, Long> counts = new TreeMap<>();
        letters.forEach(some -> some.counts().forEach((place, count) -> counts.merge(place, count, Long::sum)));
        return counts;
    }

    /** Gives the letters of a committed batch their name, which is returned. */
    public Path publish(Instant batch) {
        return publish(prepared(batch.toEpochMilli()), batch.toEpochMilli(), epoch);
    }

    private Path publish(Path prepared, long batchTime, long preparedBy) {
        Path target = directory.resolve(batchTime + "-" + preparedBy + DeadLetterFile.SUFFIX);
        for (int n = 2; Files.exists(target); n++) { // of another checkpoint: never to be replaced
            target = directory.resolve(batchTime + "-" + preparedBy + "-" + n + DeadLetterFile.SUFFIX);
        }
        try {
            return Files.move(prepared, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failed("'" + prepared + "' cannot be renamed to '" + target + "'", e);
        }
    }

    /**
     * Finishes what an earlier start began: gives the letters of committed batches their names, and removes those of
     * batches that run again, except of what targets refused.
     *
     * @param lastCommitted the last batch that is committed
     * @return the files that got their names
     */
    public List<Path> recover(long lastCommitted) {
        List<Path> published = new ArrayList<>();
        try {
            List<Path> found;
            try (Stream<Path> all = Files.list(directory)) {
                found = all.sorted().toList();
            }
            for (Path file : found) {
                Matcher name = PREPARED.matcher(String.valueOf(file.getFileName()));
                if (name.matches()) {
                    long batch = Long.parseLong(name.group(1));
                    if (batch <= lastCommitted) {
                        published.add(publish(file, batch, Long.parseLong(name.group(2))));
                    } else {
                        Files.delete(file);
                    }
                }
                Matcher kept = REFUSED.matcher(String.valueOf(file.getFileName()));
                if (kept.matches()) {
                    refused.add(new RefusedFile(
                            Long.parseLong(kept.group(1)), kept.group(3), Long.parseLong(kept.group(2)), file));
                }
            }
            published.addAll(publishRefused(refused.stream()
                    .filter(letters -> letters.batch <= lastCommitted)
                    .toList()));
        } catch (IOException e) {
            throw failed("what an earlier start left in '" + directory + "' cannot be finished", e);
        }
        return published;
    }

    private Path prepared(long batchTime) {
        return directory.resolve("." + batchTime + "-" + epoch + ".prepared");
    }

    private static MillraceException failed(String what, IOException e) {
        return new MillraceException(
                ErrorCode.EXTERNAL_SYSTEM, what + ": " + e + "; free the space or mend the permission there", e);
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
