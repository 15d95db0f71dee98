// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.receiver;

import static io.millrace.core.receiver.Supervised.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.source.Position;
import io.millrace.core.block.BlockReader;
import io.millrace.core.block.BlockSettings;
import io.millrace.core.block.PartitionSlice;
import io.millrace.core.block.SealedBlock;
import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverContext;
import io.millrace.spi.receiver.RecordAppender;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Receivers with threads of their own that fail at any time, under an engine that does everything at any time: nothing is
 * lost, nothing comes twice, nobody waits for ever, and nothing is left behind. The seed is the test's parameter; threads
 * make each run another one.
 */
@Timeout(120)
class ReceiverStressTest {
    private static final int STEPS = 200;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void whatever_happens_every_record_is_handed_over_once(long seed) throws Exception {
        Random random = new Random(seed);
        Engine engine = new Engine();
        Supervised all = Supervised.of(
                new ReceiverSettings(
                        new BlockSettings(2_048, 1_000, 0), Duration.ofMillis(50), 16_384, Duration.ofHours(1)),
                engine);
        ReceiverSupervisor supervisor = all.supervisor;
        engine.supervisor = supervisor;
        for (int i = 0; i < 10 * STEPS; i++) {
            all.first(new Counting(new Random(random.nextLong())));
        }
        Thread acknowledging = new Thread(engine, "engine");
        acknowledging.start();

        supervisor.start();
        for (int i = 0; i < STEPS; i++) {
            switch (random.nextInt(12)) {
                case 0 -> supervisor.pause();
                case 1 -> supervisor.restart(supervisor.incarnation(), "the engine says so");
                case 2 -> drain(all, engine, random);
                case 3 -> supervisor.cut();
                case 4, 5, 6, 7 -> all.clock.advance(Duration.ofMillis(1 + random.nextInt(200)));
                default -> {
                    supervisor.resume();
                    long before = engine.records();
                    soon().until(() -> {
                        all.clock.advance(Duration.ofSeconds(2));
                        return engine.records() > before;
                    });
                }
            }
        }
        drain(all, engine, random);
        all.stop();
        engine.ending = true;
        acknowledging.join();
        assertThat(engine.records()).isGreaterThan(STEPS);
        assertThat(supervisor.unacknowledged()).isZero();
        assertThat(all.receivers).as("receivers beyond those of this test").isEmpty();
    }

    /** A drain ends, if only by its deadline; after one that says so, nothing more comes. */
    private static void drain(Supervised all, Engine engine, Random random) {
        CompletableFuture<Boolean> drained = all.supervisor.drain(Duration.ofMillis(1 + random.nextInt(500)));
        soon().until(() -> {
            all.clock.advance(Duration.ofMillis(1));
            return drained.isDone();
        });
        if (drained.join()) {
            long before = engine.records();
            all.cut();
            assertThat(engine.records()).isEqualTo(before);
        }
    }

    /** Checks that blocks continue each other, and makes them durable some time after they came. */
    private static final class Engine implements Intake, Runnable {
        private final Queue<Runnable> acknowledgements = new ConcurrentLinkedQueue<>();
        private final AtomicLong incarnations = new AtomicLong();
        private final AtomicLong next = new AtomicLong();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        private volatile ReceiverSupervisor supervisor;
        private volatile boolean ending;

        long records() {
            assertThat(failure).hasValue(null);
            return next.get();
        }

        @Override
        public long nextIncarnation(String stream) {
            return incarnations.incrementAndGet();
        }

        @Override
        public void broken(String stream, Throwable defect) {
            failure.compareAndSet(null, defect);
        }

        @Override
        public Map<String, Position> positions(String stream) {
            return Map.of("p", Position.of(next.get()));
        }

        @Override
        public void begin(String stream, Map<String, Position> starts) {
            throw new AssertionError("p was begun already");
        }

        @Override
        public void block(String stream, long incarnation, SealedBlock block) {
            try {
                long begin = next.get();
                long end = begin + block.records();
                assertThat(incarnation).isEqualTo(incarnations.get());
                assertThat(block.slices())
                        .containsExactly(
                                new PartitionSlice("p", Position.of(begin), Position.of(end), block.records()));
                long[] expected = {begin};
                BlockReader.forEach(block.bytes(), 0, block.length(), record -> {
                    if (Long.parseLong(record.valueUtf8().trim()) != expected[0]++) {
                        throw new AssertionError(record.valueUtf8() + " came where " + expected[0] + " was next");
                    }
                });
                next.set(end);
                acknowledgements.add(() -> {
                    supervisor.released(block.length());
                    supervisor.durable(incarnation, new DurableMark(Map.of("p", Position.of(end)), -1));
                });
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
            }
        }

        @Override
        public void run() {
            boolean last = false;
            while (!last) {
                last = ending;
                for (Runnable next = acknowledgements.poll(); next != null; next = acknowledgements.poll()) {
                    next.run();
                }
                LockSupport.parkNanos(500_000);
            }
        }
    }

    /** Counts on from its position, and fails now and then. */
    private static final class Counting implements Receiver, Runnable {
        private final Random random;
        private final Semaphore ready = new Semaphore(0);
        private final Thread thread = new Thread(this, "counting");
        private volatile ReceiverContext context;
        private volatile boolean stopping;
        private long durable;

        Counting(Random random) {
            this.random = random;
        }

        @Override
        public void start(ReceiverContext given) throws Exception {
            if (random.nextInt(10) == 0) {
                throw new IllegalStateException("a bad start");
            }
            context = given;
            given.appender().onReady(ready::release);
            thread.start();
            if (random.nextInt(20) == 0) {
                throw new IllegalStateException("a bad start after the thread was started");
            }
        }

        @Override
        public void run() {
            RecordAppender appender = context.appender();
            int p = appender.partition("p");
            long next = context.positions().get("p").number();
            try {
                while (!stopping) {
                    ByteBuffer value = ByteBuffer.wrap(
                            String.format(Locale.ROOT, "%90d", next).getBytes(StandardCharsets.UTF_8));
                    boolean marked = random.nextInt(4) > 0;
                    boolean taken = marked
                            ? appender.append(p, next, next + 1, 0, null, value, List.of())
                            : appender.append(p, 0, null, value, List.of());
                    if (!taken) {
                        ready.acquire();
                        continue;
                    }
                    next++;
                    if (!marked && random.nextInt(3) == 0) {
                        appender.mark(p, Position.of(next));
                    }
                    if (random.nextInt(20_000) == 0) {
                        context.restart("bad luck", new IllegalStateException("at " + next));
                    }
                    if (random.nextInt(100) == 0) {
                        LockSupport.parkNanos(1);
                    }
                }
            } catch (InterruptedException e) {
                // stopped while it waited
            }
        }

        @Override
        public void pause() {
            if (random.nextInt(20) == 0) {
                throw new IllegalStateException("a bad pause");
            }
        }

        @Override
        public void resume() {}

        @Override
        public void durable(DurableMark mark) {
            long number = mark.positions().get("p").number();
            if (number < durable) {
                throw new AssertionError("mark " + number + " after " + durable);
            }
            durable = number;
        }

        @Override
        public void stop(Duration deadline) {
            stopping = true;
            thread.interrupt();
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (random.nextInt(10) == 0) {
                throw new IllegalStateException("a bad stop");
            }
        }
    }
}
