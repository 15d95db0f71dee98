// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A log's directory as it was listed: its epochs, their segments, and the mark that counts.
 *
 * @param path the directory
 * @param epochs the epochs' directories, in order
 */
record LogDirectory(String path, List<Epoch> epochs) {
    private static final int ATTEMPTS = 20;

    /**
     * An epoch's directory.
     *
     * @param name its name; an epoch that was fenced twice by a stray retry has two, of which one is empty
     */
    record Epoch(long epoch, String name, List<SegmentFile> segments, List<Mark> marks) {
        boolean sealed() {
            return name.endsWith(Names.SEALED);
        }
    }

    /**
     * A segment's file.
     *
     * @param open whether HDFS believes that somebody writes it
     */
    record SegmentFile(long segment, String path, long length, boolean open) {}

    /** Lists a log; without epochs if it does not exist. */
    static LogDirectory list(Hdfs hdfs, String path) {
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Optional<LogDirectory> listed = tryList(hdfs, path);
                if (listed.isPresent()) {
                    return listed.get();
                }
            }
        } catch (IOException e) {
            throw HdfsErrors.of("list", path, e);
        }
        throw new WalException(
                Reason.TRANSIENT, "the directories in " + path + " change faster than they can be listed; try again");
    }

    /** Empty if a directory got another name meanwhile. */
    private static Optional<LogDirectory> tryList(Hdfs hdfs, String path) throws IOException {
        List<Epoch> epochs = new ArrayList<>();
        for (Hdfs.Entry entry : hdfs.list(path, "", false).orElse(List.of())) {
            long epoch = entry.directory() ? Names.epochOf(entry.name()) : 0;
            if (epoch == 0) {
                continue;
            }
            String directory = path + "/" + entry.name();
            Optional<List<Hdfs.Entry>> content = hdfs.list(directory, "", true);
            if (content.isEmpty()) {
                return Optional.empty();
            }
            epochs.add(epoch(epoch, entry.name(), directory, content.get()));
        }
        return Optional.of(new LogDirectory(path, epochs));
    }

    private static Epoch epoch(long epoch, String name, String directory, List<Hdfs.Entry> content) {
        List<SegmentFile> segments = new ArrayList<>();
        List<Mark> marks = new ArrayList<>();
        for (Hdfs.Entry file : content) {
            Long segment = Names.segmentOf(epoch, file.name());
            if (segment != null) {
                segments.add(new SegmentFile(segment, directory + "/" + file.name(), file.length(), file.open()));
            }
            Mark mark = Mark.of(epoch, file.name());
            if (mark != null) {
                marks.add(mark);
            }
        }
        return new Epoch(epoch, name, segments, marks);
    }

    /** The mark that counts; null if the log was never opened. */
    @Nullable
    Mark mark() {
        return epochs.stream()
                .flatMap(epoch -> epoch.marks().stream())
                .max(Mark.ORDER)
                .orElse(null);
    }

    /** Whether the log exists. */
    boolean exists() {
        Mark mark = mark();
        return mark != null && !mark.deleted();
    }

    /** The segment files from {@code first} on, by id. */
    TreeMap<Long, SegmentFile> segments(long first) {
        TreeMap<Long, SegmentFile> segments = new TreeMap<>(Long::compareUnsigned);
        for (Epoch epoch : epochs) {
            for (SegmentFile file : epoch.segments()) {
                if (Long.compareUnsigned(file.segment(), first) >= 0) {
                    segments.put(file.segment(), file);
                }
            }
        }
        return segments;
    }

    String directory(Epoch epoch) {
        return path + "/" + epoch.name();
    }
}
