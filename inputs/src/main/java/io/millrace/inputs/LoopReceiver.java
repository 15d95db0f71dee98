// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.source.Position;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverContext;
import io.millrace.spi.receiver.RecordAppender;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A receiver that is one loop on one thread. Its records are numbered from the program's first start on, so that the
 * ledger admits each of them once; whether a number means the same record again is up to the loop.
 */
final class LoopReceiver implements Receiver {
    private static final String PARTITION = "0";

    /** How long a loop may take to end once it is told to: its source waits for nothing, so nobody waits for it. */
    private static final long FAREWELL_MILLIS = 1_000;

    private final PluginContext plugin;
    private final Loop loop;
    private final Object monitor = new Object();
    private @Nullable Thread thread;
    private boolean paused;
    private boolean ready;
    private volatile boolean stopped;

    /** What a receiver does. */
    interface Loop {
        /** Receives until it is interrupted; ending otherwise, or throwing, has the receiver started again. */
        void run(RecordSink sink) throws Exception;

        /** Lets {@link #run} end if it is blocked where an interrupt does not reach it. */
        default void unblock() {}

        /** Why nothing is received; empty if something is, or nothing comes. For any thread. */
        default Optional<String> trouble() {
            return Optional.empty();
        }
    }

    LoopReceiver(PluginContext plugin, Loop loop) {
        this.plugin = plugin;
        this.loop = loop;
    }

    @Override
    public void start(ReceiverContext context) throws Exception {
        context.begin(Map.of(PARTITION, Position.of(0)));
        long next = context.positions().getOrDefault(PARTITION, Position.of(0)).number();
        RecordAppender appender = context.appender();
        appender.onReady(this::wakeUp);
        Sink sink = new Sink(appender, next);
        Thread made = plugin.threads().newThread(() -> receive(context, sink));
        thread = made;
        made.start();
    }

    private void receive(ReceiverContext context, Sink sink) {
        try {
            loop.run(sink);
            if (!stopped) {
                context.restart(
                        "it ended",
                        new MillraceException(ErrorCode.EXTERNAL_SYSTEM, "the end of the input was reached"));
            }
        } catch (InterruptedException e) {
            if (!stopped) {
                context.restart("it was interrupted", e);
            }
        } catch (Throwable e) { // a thread that ended in silence would leave the program without its input
            if (!stopped) {
                context.restart("it failed", e);
            }
        }
    }

    private void wakeUp() {
        synchronized (monitor) {
            ready = true;
            monitor.notifyAll();
        }
    }

    @Override
    public void pause() {
        synchronized (monitor) {
            paused = true;
        }
    }

    @Override
    public void resume() {
        synchronized (monitor) {
            paused = false;
            monitor.notifyAll();
        }
    }

    @Override
    public void durable(DurableMark mark) {}

    @Override
    public Optional<String> trouble() {
        return loop.trouble();
    }

    @Override
    public void stop(Duration deadline) {
        stopped = true;
        Thread running = thread;
        if (running == null) {
            return;
        }
        running.interrupt();
        loop.unblock();
        try {
            running.join(Math.max(1, Math.min(FAREWELL_MILLIS, deadline.toMillis())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Sink implements RecordSink {
        private final RecordAppender appender;
        private final int partition;
        private long next;

        Sink(RecordAppender appender, long next) {
            this.appender = appender;
            this.partition = appender.partition(PARTITION);
            this.next = next;
        }

        @Override
        public void store(byte[] value) throws InterruptedException {
            while (true) {
                synchronized (monitor) {
                    while (paused && !stopped) {
                        monitor.wait();
                    }
                    ready = false;
                }
                if (stopped) {
                    throw new InterruptedException("the receiver is stopped");
                }
                long now = plugin.clock().millis();
                if (appender.append(partition, next, next + 1, now, null, ByteBuffer.wrap(value), List.of())) {
                    next++;
                    return;
                }
                synchronized (monitor) {
                    while (!ready && !paused && !stopped) {
                        monitor.wait();
                    }
                }
            }
        }

        @Override
        public long stored() {
            return next;
        }
    }
}
