// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.api.source.Position;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverContext;
import io.millrace.spi.receiver.RecordAppender;
import io.millrace.spi.receiver.RecordHeader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.AbstractList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Receives from a {@link MemorySource}, as it should be done but for one flaw. */
final class MemoryReceiver implements Receiver {
    private final PluginContext plugin;
    private final MemorySource source;
    private final Flaw flaw;

    private final Map<Integer, Long> next = new HashMap<>();
    private @Nullable Thread thread;

    // guarded by this
    private @Nullable DurableMark mark;
    private boolean paused;
    private boolean heldUp;
    private boolean stopping;
    private boolean stopped;

    private int refusals;
    private long appended;
    private boolean intruded;
    private final Map<Integer, Boolean> idle = new HashMap<>();

    MemoryReceiver(PluginContext plugin, MemorySource source, Flaw flaw) {
        this.plugin = plugin;
        this.source = source;
        this.flaw = flaw;
    }

    private static String name(int partition) {
        return "p-" + partition;
    }

    @Override
    public void start(ReceiverContext context) throws Exception {
        Map<String, Position> starts = new HashMap<>();
        for (int p = 0; p < MemorySource.PARTITIONS; p++) {
            Position known = context.positions().get(name(p));
            starts.put(name(p), Position.of(0));
            next.put(p, known == null ? 0 : known.number() + skipped(p, known));
            if (flaw == Flaw.BELIEVES_THE_SOURCE) {
                next.put(p, source.committed(p));
            }
        }
        if (flaw == Flaw.APPENDS_BEFORE_BEGIN && appendOne(context.appender(), 0)) {
            appended++;
        }
        try {
            context.begin(starts);
        } catch (RuntimeException e) {
            if (flaw == Flaw.LEAKS_WHEN_THE_START_FAILS) {
                leak();
            }
            throw e;
        }
        if (flaw == Flaw.LEAKS_A_THREAD) {
            leak();
        }
        context.appender().onReady(this::ready);
        Thread made = plugin.threads().newThread(() -> run(context));
        thread = made;
        made.start();
    }

    private long skipped(int partition, Position known) {
        boolean acknowledged = known.number() > 0 && source.committed(partition) == known.number();
        return flaw == Flaw.BEGINS_BEHIND_THE_LEDGER && acknowledged ? 1 : 0;
    }

    private void leak() {
        Thread leaked = plugin.threads().newThread(() -> {
            try {
                TimeUnit.MINUTES.sleep(1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        leaked.start();
    }

    private synchronized boolean isStopping() {
        return stopping;
    }

    private void run(ReceiverContext context) {
        RecordAppender appender = context.appender();
        try {
            while (!isStopping()) {
                acknowledge(false);
                if (isHeld() || !appendSome(context, appender)) {
                    synchronized (this) {
                        wait(2);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            giveUp(context, e);
        }
        acknowledge(true);
        if (flaw == Flaw.GOES_ON_AFTER_THE_STOP) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            appendOne(appender, 0);
        }
    }

    private void giveUp(ReceiverContext context, RuntimeException e) {
        if (flaw == Flaw.FALLS_SILENT && e instanceof IllegalStateException) {
            return;
        }
        context.restart("receiving failed: " + e.getMessage(), e);
        if (flaw == Flaw.RESTARTS_TWICE) {
            context.restart("receiving failed: " + e.getMessage(), e);
        }
    }

    private synchronized boolean isHeld() {
        return heldUp || (paused && flaw != Flaw.DOES_NOT_PAUSE);
    }

    /** Appends what there is until it is held up; says whether there was anything. */
    private boolean appendSome(ReceiverContext context, RecordAppender appender) {
        boolean any = false;
        for (int p = 0; p < MemorySource.PARTITIONS; p++) {
            boolean more = !isHeld() && appendOne(appender, p);
            if (flaw != Flaw.NEVER_IDLE && idle.getOrDefault(p, false) == more) {
                idle.put(p, !more);
                context.idle(name(p), !more);
            }
            any |= more;
        }
        return any;
    }

    private boolean appendOne(RecordAppender appender, int p) {
        long offset = next.getOrDefault(p, 0L);
        String value = source.read(p, offset);
        if (value == null) {
            return false;
        }
        boolean taken;
        try {
            taken = append(appender, p, offset, value);
        } catch (IllegalArgumentException e) {
            if (flaw != Flaw.SKIPS_WHAT_IS_TOO_LARGE) {
                throw e;
            }
            taken = true;
        }
        if (!taken) {
            hold();
            if (flaw == Flaw.LOSES_WHAT_WAS_REFUSED && ++refusals % 6 == 0) {
                next.put(p, offset + 1);
            }
            return false;
        }
        if (flaw == Flaw.DOUBLES && ++appended % 180 == 0) {
            append(appender, p, offset, value);
        }
        next.put(p, offset + 1);
        if (flaw == Flaw.ACKS_EARLY) {
            source.commit(p, offset + 1);
        }
        return true;
    }

    private boolean append(RecordAppender appender, int p, long offset, String value) {
        ByteBuffer bytes = ByteBuffer.wrap(value.getBytes(UTF_8));
        List<RecordHeader> headers =
                flaw == Flaw.APPENDS_ON_TWO_THREADS && !intruded ? new Intrusion(appender) : List.of();
        return appender.append(appender.partition(name(p)), offset, offset + 1, -1, null, bytes, headers);
    }

    /** No headers; but whoever looks for them is in the middle of an append when another thread calls. */
    private final class Intrusion extends AbstractList<RecordHeader> {
        private final RecordAppender appender;

        Intrusion(RecordAppender appender) {
            this.appender = appender;
        }

        @Override
        public int size() {
            if (!intruded) {
                intruded = true;
                Thread other = plugin.threads().newThread(() -> appender.partition(name(0)));
                other.start();
                while (other.getState() == Thread.State.RUNNABLE) {
                    Thread.onSpinWait(); // until it has come and gone, or waits for the engine, which we keep
                }
            }
            return 0;
        }

        @Override
        public RecordHeader get(int index) {
            throw new IndexOutOfBoundsException(index);
        }
    }

    private synchronized void hold() {
        heldUp = true;
    }

    private synchronized void ready() {
        heldUp = false;
        notifyAll();
    }

    private void acknowledge(boolean last) {
        DurableMark newest;
        synchronized (this) {
            newest = mark;
        }
        if (last && flaw == Flaw.ACKS_ALL_AT_THE_STOP) {
            next.forEach(source::commit);
        }
        if (newest == null || (!last && flaw == Flaw.ACKS_AT_THE_STOP_ONLY)) {
            return;
        }
        int more = flaw == Flaw.ACKS_WHAT_WAS_READ_LAST_AND_ONE_MORE ? 1 : 0;
        for (int p = 0; p < MemorySource.PARTITIONS; p++) {
            Position position = newest.positions().get(name(p));
            if (position != null && position.number() > 0) {
                source.commit(p, position.number() + more);
            }
        }
    }

    @Override
    public synchronized void pause() {
        paused = true;
    }

    @Override
    public synchronized void resume() {
        paused = false;
        notifyAll();
    }

    @Override
    public synchronized void durable(DurableMark newest) {
        if (stopped && flaw == Flaw.THROWS_AT_LATE_MARKS) {
            throw new IllegalStateException("too late");
        }
        while (flaw == Flaw.BLOCKS_IN_A_CALL && heldUp && !stopping) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        mark = newest;
    }

    @Override
    public void stop(Duration deadline) {
        synchronized (this) {
            if (stopped && flaw == Flaw.STOPS_ONCE_ONLY) {
                throw new IllegalStateException("stopped already");
            }
            stopping = true;
            stopped = true;
            notifyAll();
        }
        Thread running = thread;
        if (running == null || flaw == Flaw.GOES_ON_AFTER_THE_STOP) {
            return;
        }
        try {
            running.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
