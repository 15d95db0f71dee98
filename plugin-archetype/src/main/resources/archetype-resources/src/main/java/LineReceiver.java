// SPDX-License-Identifier: Apache-2.0
package ${package};

import io.millrace.api.source.Position;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverContext;
import io.millrace.spi.receiver.RecordAppender;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Receives the lines of a file, on a thread of its own. A line's offset is where it begins in the file, so that the ledger
 * alone says where to go on, and the file needs no acknowledgement. A file that does not exist yet has no lines yet.
 */
final class LineReceiver implements Receiver {
    private static final int CHUNK = 64 << 10;

    private final PluginContext plugin;
    private final Path file;
    private final Duration poll;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean paused;
    private boolean stopped;
    private Thread thread;

    LineReceiver(PluginContext plugin) {
        this.plugin = plugin;
        this.file = Path.of(plugin.settings().get(LineReceiverProvider.FILE));
        this.poll = plugin.settings().get(LineReceiverProvider.POLL);
    }

    /** The start is durable before the first line is appended. */
    @Override
    public void start(ReceiverContext context) throws InterruptedException {
        context.begin(Map.of(file.toString(), Position.of(0)));
        thread = plugin.threads().newThread(() -> receive(context));
        thread.start();
    }

    private void receive(ReceiverContext context) {
        try {
            RecordAppender appender = context.appender();
            appender.onReady(this::wakeUp);
            int partition = appender.partition(file.toString());
            Position known = context.positions().get(file.toString());
            long next = known == null ? 0 : known.number();
            boolean idle = false;
            while (!isStopped()) {
                byte[] lines = wholeLines(next);
                boolean now = lines.length == 0;
                if (now != idle) {
                    unlessStopped(() -> context.idle(file.toString(), now));
                    idle = now;
                }
                if (now) {
                    sleep();
                } else if (!append(appender, partition, next, lines)) {
                    return;
                }
                next += lines.length;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            unlessStopped(() -> context.restart("file '" + file + "' cannot be received: " + e.getMessage(), e));
        }
    }

    /** The bytes from a place on, up to the end of a line; none if no line is whole. */
    private byte[] wholeLines(long from) throws IOException {
        if (!Files.exists(file)) {
            return new byte[0];
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long left = in.length() - from;
            for (long size = Math.min(left, CHUNK); size > 0; size = Math.min(left, size * 2)) {
                byte[] bytes = new byte[Math.toIntExact(size)];
                in.seek(from);
                in.readFully(bytes);
                int end = bytes.length;
                while (end > 0 && bytes[end - 1] != '\n') {
                    end--;
                }
                if (end > 0 || size == left) {
                    return Arrays.copyOf(bytes, end);
                }
            }
            return new byte[0];
        }
    }

    private boolean append(RecordAppender appender, int partition, long offset, byte[] lines)
            throws InterruptedException {
        int begin = 0;
        for (int i = 0; i < lines.length; i++) {
            if (lines[i] == '\n') {
                ByteBuffer line = ByteBuffer.wrap(lines, begin, i - begin);
                if (!append(appender, partition, offset + begin, offset + i + 1, line)) {
                    return false;
                }
                begin = i + 1;
            }
        }
        return true;
    }

    /** Appends a line as soon as it is taken; false if the receiver was stopped first. */
    private boolean append(RecordAppender appender, int partition, long offset, long next, ByteBuffer line)
            throws InterruptedException {
        lock.lock();
        try {
            while (!stopped) {
                if (!paused && appender.append(partition, offset, next, -1, null, line, List.of())) {
                    return true;
                }
                changed.await(poll.toNanos(), TimeUnit.NANOSECONDS);
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void sleep() throws InterruptedException {
        lock.lock();
        try {
            if (!stopped) {
                changed.await(poll.toNanos(), TimeUnit.NANOSECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isStopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    /** Once {@code stop} has returned, the engine must not be called. */
    private void unlessStopped(Runnable telling) {
        lock.lock();
        try {
            if (!stopped) {
                telling.run();
            }
        } finally {
            lock.unlock();
        }
    }

    private void wakeUp() {
        change(() -> {});
    }

    @Override
    public void pause() {
        change(() -> paused = true);
    }

    @Override
    public void resume() {
        change(() -> paused = false);
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void durable(DurableMark mark) {
        // the file keeps its lines: nothing has to be acknowledged
    }

    @Override
    public void stop(Duration deadline) {
        change(() -> stopped = true);
        if (thread == null) {
            return;
        }
        try {
            thread.join(Math.max(1, deadline.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
