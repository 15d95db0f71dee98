// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.stream;

import io.millrace.api.Batch;
import io.millrace.api.DStream;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.Codec;
import io.millrace.api.source.RecordView;
import io.millrace.api.source.Slice;
import io.millrace.api.source.Source;
import io.millrace.spi.wal.WalStoreProvider;
import io.millrace.testkit.ManualClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SplittableRandom;

/** One run of a program in one mode, from its first batch to its last, through all its restarts. */
final class HarnessRun {
    private static final String MEMORY = "mem";
    private static final Duration STOPPING = Duration.ofSeconds(30);

    private final HarnessPlan plan;
    private final RestartMode mode;
    private final SplittableRandom random;
    private final ManualClock clock;
    private final WalStoreProvider logs = memory();
    private final Outputs outputs = new Outputs();
    private final List<Instant> times = new ArrayList<>();
    private volatile int released;

    HarnessRun(HarnessPlan plan, RestartMode mode) {
        this.plan = plan;
        this.mode = mode;
        this.random = new SplittableRandom(plan.seed());
        this.clock = new ManualClock(plan.begin());
    }

    /** Where the logs are: one provider for all starts, so that each finds what the one before it left. */
    private static WalStoreProvider memory() {
        for (WalStoreProvider provider :
                ServiceLoader.load(WalStoreProvider.class, StreamHarness.class.getClassLoader())) {
            if (provider.name().equals(MEMORY)) {
                return provider;
            }
        }
        throw new IllegalStateException(
                "no engine was found: put io.millrace:millrace-core on the class path or module path of the tests");
    }

    Outputs run() throws InterruptedException {
        Incarnation current = null;
        try {
            for (int batch = 0; batch < plan.count(); batch++) {
                if (plan.downs().contains(batch)) {
                    if (current != null) {
                        current.stop();
                        current = null;
                    }
                    times.add(time(batch));
                    released = batch + 1;
                    clock.advance(plan.interval());
                    continue;
                }
                if (current == null) {
                    current = new Incarnation(batch);
                    if (waits(batch)) {
                        current.await(time(batch - 1));
                    }
                } else if (plan.programs().containsKey(batch)) {
                    current.stop();
                    current = new Incarnation(batch);
                }
                Ending ending = ending(batch);
                Instant time = time(batch);
                times.add(time);
                current.kill(time, ending);
                released = batch + 1;
                clock.advance(plan.interval());
                boolean alive = current.await(time);
                if (!alive) {
                    current = new Incarnation(batch);
                    current.await(time);
                } else if (ending == Ending.STOP) {
                    current.stop();
                    current = new Incarnation(batch + 1);
                }
            }
            if (current != null) {
                current.stop();
            }
        } finally {
            if (current != null) {
                current.close();
            }
        }
        return outputs;
    }

    private Instant time(int batch) {
        return Instant.ofEpochMilli(
                plan.begin().toEpochMilli() + (batch + 1) * plan.interval().toMillis());
    }

    /** Whether there was anything in the batches just before this one in which the program was down. */
    private boolean waits(int batch) {
        for (int missed = batch - 1; plan.downs().contains(missed); missed--) {
            for (List<List<?>> input : plan.batches().values()) {
                if (missed < input.size() && !input.get(missed).isEmpty()) {
                    return true;
                }
            }
        }
        return false;
    }

    List<Instant> times() {
        return times;
    }

    private String describe() {
        return "mode " + mode + ", seed " + plan.seed();
    }

    private Ending ending(int batch) {
        if (plan.kills().contains(batch)) {
            return Ending.KILL_BEFORE_COMMIT;
        } else if (plan.restarts().contains(batch)) {
            return Ending.STOP;
        }
        return switch (mode) {
            case NONE -> Ending.NONE;
            case RESTART_EVERY_BATCH -> Ending.STOP;
            case KILL_BEFORE_OUTPUT -> Ending.KILL_BEFORE_OUTPUT;
            case KILL_BEFORE_COMMIT -> Ending.KILL_BEFORE_COMMIT;
            case RANDOM -> Ending.values()[random.nextInt(Ending.values().length)];
        };
    }

    /** How the program ends in or after a batch. */
    enum Ending {
        NONE,
        STOP,
        KILL_BEFORE_OUTPUT,
        KILL_BEFORE_COMMIT
    }

    /** The program between one start and the next end. */
    private final class Incarnation implements TestStreams {
        private final StreamingContext context;
        private final Set<String> inputs = new HashSet<>();
        private final List<String> collected = new ArrayList<>();
        private final BatchWatch watch = new BatchWatch(outputs);
        private volatile Instant killIn = Instant.MIN;
        private volatile Ending how = Ending.NONE;
        private volatile boolean dead;

        Incarnation(int firstBatch) {
            StreamingContextBuilder builder = StreamingContext.builder("harness")
                    .batchInterval(plan.interval())
                    .checkpoint(URI.create(MEMORY + ":harness"))
                    .provider(logs)
                    .clock(clock)
                    .set("scheduler.threads", Integer.toString(plan.partitions()))
                    .set("scheduler.task.max-failures", "1") // the clock stands still, so nothing waits for a retry
                    .set("output.retry-for", "0ms")
                    .set("events.ahead-are-late", "false") // the clock has nothing to do with the elements' times
                    .set(plan.settings())
                    .listener(watch);
            plan.listeners().forEach(builder::listener);
            context = builder.build();
            try {
                program(firstBatch).declare(this);
                for (String name : plan.batches().keySet()) {
                    if (!inputs.contains(name)) {
                        throw new IllegalArgumentException(
                                "batches are given for input '" + name + "', but the program declares only " + inputs);
                    }
                }
                context.start();
            } catch (RuntimeException | Error e) {
                context.close();
                throw e;
            }
        }

        private StreamProgram program(int batch) {
            return plan.programs().entrySet().stream()
                    .filter(version -> version.getKey() <= batch)
                    .max(Map.Entry.comparingByKey())
                    .orElseThrow()
                    .getValue();
        }

        void kill(Instant batch, Ending ending) {
            how = ending;
            killIn = batch;
        }

        /** Waits for a batch's commit; false if the program was killed instead. */
        boolean await(Instant batch) throws InterruptedException {
            BatchWatch.Seen seen = watch.await(batch, plan.patience());
            if (seen == BatchWatch.Seen.COMMITTED) {
                return true;
            }
            if (seen == BatchWatch.Seen.STOPPED) {
                boolean ended = context.awaitTermination(STOPPING); // throws what the program failed with
                if (ended && dead) {
                    return false;
                }
                throw new AssertionError("the program was stopped in batch " + batch + " (" + describe() + ")");
            }
            throw new AssertionError("batch " + batch + " was not committed within " + plan.patience() + " ("
                    + describe() + "); events so far: " + watch.events());
        }

        void stop() {
            if (!context.stopGracefully(STOPPING)) {
                throw new AssertionError("the program did not stop gracefully (" + describe() + ")");
            }
        }

        void close() {
            context.close();
        }

        @Override
        public StreamingContext context() {
            return context;
        }

        @Override
        @SuppressWarnings("unchecked") // the elements are the program's, and so is the codec
        public <T> DStream<T> input(String name, Codec<T> codec) {
            inputs.add(name);
            GivenInput given = new GivenInput(
                    name,
                    (Codec<Object>) codec,
                    plan.batches().getOrDefault(name, List.of()),
                    plan.partitions(),
                    () -> released);
            return context.receive(
                    new Source<>(name, given.name(), Map.of(), () -> view -> decode(view, codec), given));
        }

        private static <T> T decode(RecordView view, Codec<T> codec) {
            Slice value = view.value();
            if (value == null) {
                throw new IllegalStateException("a given record has no value");
            }
            return codec.decode(new ByteReader(value.array(), value.offset(), value.length()), codec.version());
        }

        @Override
        public <T> void collect(String output, DStream<T> stream) {
            outputs.declare(output);
            collected.add(output);
            stream.foreachBatch(output, batch -> {
                boolean killed = batch.id().batchTime().equals(killIn);
                if (killed && how == Ending.KILL_BEFORE_OUTPUT) {
                    die();
                } else if (!dead) {
                    outputs.deliver(output, delivery(batch));
                    if (killed && how == Ending.KILL_BEFORE_COMMIT && last(output)) {
                        die();
                    }
                }
            });
        }

        private boolean last(String output) {
            return output.equals(collected.get(collected.size() - 1));
        }

        private static <T> Delivery delivery(Batch<T> batch) throws Exception {
            List<List<Object>> partitions = new ArrayList<>();
            for (int p = 0; p < batch.partitions(); p++) {
                List<Object> elements = new ArrayList<>();
                batch.forEach(p, elements::add);
                partitions.add(elements);
            }
            return new Delivery(batch.id(), partitions);
        }

        /** Stops the program from within an output: its batch is not committed, whatever the output does from here on. */
        private void die() throws InterruptedException {
            dead = true;
            context.stop();
            watch.awaitStopped(STOPPING);
        }
    }
}
