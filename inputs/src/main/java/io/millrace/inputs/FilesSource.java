// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.PlainText;
import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.RangeReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files as source partitions: a position is a place in bytes, and one whose detail is {@code end} says that nothing of
 * the file is read any more. The partition {@code .} stands for the directory, so that a start can tell whether there was
 * one before.
 */
final class FilesSource implements DirectSource {
    private static final Logger LOG = LoggerFactory.getLogger(FilesSource.class);
    private static final String DIRECTORY = ".";
    static final String END = "end";
    private static final long COMPLAIN_EVERY = Duration.ofMinutes(1).toNanos();

    private final DirectoryWatch watch;
    private final GoneFiles gone;
    private final RecordFormat format;
    private final boolean latest;
    private final Duration poll;
    private final ThreadFactory threads;
    private final Object monitor = new Object();
    private @Nullable Thread thread;
    private boolean closed;

    FilesSource(
            DirectoryWatch watch,
            GoneFiles gone,
            RecordFormat format,
            boolean latest,
            Duration poll,
            ThreadFactory threads) {
        this.watch = watch;
        this.gone = gone;
        this.format = format;
        this.latest = latest;
        this.poll = poll;
        this.threads = threads;
    }

    @Override
    public Map<String, Position> start(Map<String, Position> known) {
        Map<String, Position> starts = new TreeMap<>();
        starts.put(DIRECTORY, Position.of(0));
        if (latest && known.isEmpty()) {
            try {
                watch.all().forEach(file -> starts.put(file.id().partition(), new Position(file.size(), END)));
            } catch (IOException e) {
                throw new MillraceException(
                        ErrorCode.EXTERNAL_SYSTEM, "the files that are there cannot be listed: " + e.getMessage(), e);
            }
        }
        KnownFiles ids = new KnownFiles();
        for (Map<String, Position> positions : List.of(known, starts)) {
            positions.forEach(ids::add);
            watch.expect(positions.keySet());
        }
        Thread made = threads.newThread(() -> watch(ids));
        thread = made;
        made.start();
        return starts;
    }

    private void watch(KnownFiles known) {
        long complained = 0;
        boolean any = false;
        while (true) {
            try {
                watch.scan(known);
            } catch (Throwable e) { // this thread must not end while the program goes on
                watch.failed(e);
                if (!any || System.nanoTime() - complained > COMPLAIN_EVERY) {
                    LOG.warn(
                            "Looking for files failed ({}); it is tried again every {} ms",
                            PlainText.of(e.toString()),
                            poll.toMillis());
                    complained = System.nanoTime();
                    any = true;
                }
            }
            synchronized (monitor) {
                try {
                    if (!closed) {
                        monitor.wait(Math.max(1, poll.toMillis()));
                    }
                } catch (InterruptedException e) {
                    closed = true;
                }
                if (closed) {
                    return;
                }
            }
        }
    }

    @Override
    public Map<String, Position> available() {
        Map<String, Position> ends = new TreeMap<>();
        watch.waiting().forEach(file -> ends.put(file.id().partition(), new Position(file.size(), END)));
        return ends;
    }

    @Override
    public Position beginning(String partition) {
        return Position.of(0);
    }

    @Override
    public List<OffsetRange> plan(Map<String, Position> from, long limit) {
        List<OffsetRange> ranges = new ArrayList<>();
        long left = limit;
        for (FoundFile file : watch.waiting()) {
            String partition = file.id().partition();
            Position at = from.getOrDefault(partition, Position.of(0));
            if (at.detail().equals(END)) {
                watch.finished(partition);
                continue;
            }
            long records = 0;
            RecordFormat.Split last = file.splits().get(file.splits().size() - 1);
            for (RecordFormat.Split split : file.splits()) {
                long more = split.records() - records;
                records = split.records();
                boolean end = split.equals(last);
                if (split.offset() <= at.number() && !end) {
                    continue;
                }
                if (more > left && !ranges.isEmpty()) {
                    return ranges;
                }
                Position until = end ? new Position(split.offset(), END) : Position.of(split.offset());
                ranges.add(new OffsetRange(partition, at, until, more));
                at = until;
                left -= more;
            }
        }
        return ranges;
    }

    @Override
    public Optional<String> trouble() {
        return watch.trouble();
    }

    @Override
    public RangeReader reader() {
        return new FileRangeReader(watch, format);
    }

    @Override
    public void committed(Map<String, Position> positions) {}

    @Override
    public Set<String> gone(Map<String, Position> known) {
        Set<String> read = new HashSet<>();
        for (String partition : gone.gone()) {
            Position at = known.get(partition);
            if (at == null) {
                gone.forget(partition);
            } else if (at.detail().equals(END)) {
                read.add(partition);
            }
        }
        return read;
    }

    @Override
    public void close() {
        Thread watching;
        synchronized (monitor) {
            closed = true;
            monitor.notifyAll();
            watching = thread;
        }
        if (watching != null) {
            try {
                watching.join(5_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
