// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.stream;

import static java.util.Objects.requireNonNull;

import io.millrace.api.DStream;
import io.millrace.api.listener.StreamingListener;
import io.millrace.spi.plugin.Closing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program on given batches with the real engine, and shows what each output got. The clock stands still but for
 * one batch interval per batch; the logs are in memory; each case may be run in several {@linkplain RestartMode modes},
 * which must all give the same.
 *
 * <pre>{@code
 * StreamHarness.of("counts", in -> in.input("words", Codecs.STRING)
 *                 .mapToPair(word -> Pair.of(word, 1L))
 *                 .reduceByKey(Long::sum))
 *         .batches("words", List.of("a", "a", "b"), List.of())
 *         .inAllModes()
 *         .run()
 *         .assertOutput("counts")
 *         .batches(List.of(Pair.of("a", 2L), Pair.of("b", 1L)), List.of());
 * }</pre>
 *
 * <p>The engine, {@code io.millrace:millrace-core}, must be on the class path or module path of the tests. Not
 * thread-safe.
 *
 * @since 0.1
 */
public final class StreamHarness {
    /** Gives the seed of a run that is to be repeated. */
    public static final String SEED_PROPERTY = "millrace.test.seed";

    private static final Instant BEGIN = Instant.parse("2000-01-01T00:00:00Z");

    private final Map<Integer, StreamProgram> programs = new TreeMap<>();
    private final Map<String, List<List<?>>> batches = new LinkedHashMap<>();
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<StreamingListener> listeners = new ArrayList<>();
    private final Set<Integer> restarts = new TreeSet<>();
    private final Set<Integer> kills = new TreeSet<>();
    private final Set<Integer> downs = new TreeSet<>();
    private Set<RestartMode> modes = Set.of(RestartMode.NONE);
    private Duration interval = Duration.ofSeconds(1);
    private Duration patience = Duration.ofSeconds(30);
    private int partitions = 2;
    private int count;
    private long seed = Optional.ofNullable(System.getProperty(SEED_PROPERTY))
            .map(Long::decode)
            .orElseGet(System::nanoTime);

    /** A harness without a program; {@link #program} is to follow. */
    public StreamHarness() {}

    /** A harness for a program with any number of outputs. */
    public static StreamHarness of(StreamProgram program) {
        return new StreamHarness().program(program);
    }

    /** A harness for a program with one output: the stream that {@code program} returns. */
    public static StreamHarness of(String output, Function<TestStreams, ? extends DStream<?>> program) {
        return new StreamHarness().program(output, program);
    }

    /** Sets the program. */
    public StreamHarness program(StreamProgram program) {
        programs.put(0, requireNonNull(program, "program is null"));
        return this;
    }

    /** Sets a program with one output: the stream that {@code program} returns. */
    public StreamHarness program(String output, Function<TestStreams, ? extends DStream<?>> program) {
        return program(streams -> streams.collect(output, program.apply(streams)));
    }

    /**
     * Gives the elements of an input, a list for each batch; an empty list is a batch in which the input has nothing. The
     * harness runs as many batches as the longest input has.
     *
     * @throws IllegalArgumentException if there is no list
     */
    public StreamHarness batches(String input, List<?>... batchesOfInput) {
        if (batchesOfInput.length == 0) {
            throw new IllegalArgumentException("input '" + input
                    + "' is given no batch: give a list for each, List.of() for one without elements");
        }
        return batches(input, Arrays.asList(batchesOfInput));
    }

    /**
     * Gives the elements of an input, a list for each batch. An empty list of batches is one batch in which the input has
     * nothing: {@code batches("words", List.of())} means that.
     */
    public StreamHarness batches(String input, List<? extends List<?>> batchesOfInput) {
        if (batchesOfInput.isEmpty()) {
            return batches(input, List.of(List.of()));
        }
        List<List<?>> copies = new ArrayList<>();
        batchesOfInput.forEach(batch -> copies.add(List.copyOf(batch)));
        batches.put(input, copies);
        count = Math.max(count, copies.size());
        return this;
    }

    /** Runs at least this many batches; those beyond the given ones have no input. */
    public StreamHarness atLeast(int batchCount) {
        count = Math.max(count, batchCount);
        return this;
    }

    /** Divides each batch of each input into this many partitions, and runs as many tasks at once; 2 unless it is set. */
    public StreamHarness partitions(int number) {
        if (number < 1) {
            throw new IllegalArgumentException(number + " partitions: give at least 1");
        }
        partitions = number;
        return this;
    }

    /** Sets the batch interval; 1 s unless it is set. */
    public StreamHarness batchInterval(Duration batchInterval) {
        interval = requireNonNull(batchInterval, "batchInterval is null");
        return this;
    }

    /** Sets an engine setting. */
    public StreamHarness set(String key, String value) {
        settings.put(key, value);
        return this;
    }

    /** Adds a listener to every context; it sees the events of all of them. */
    public StreamHarness listener(StreamingListener listener) {
        listeners.add(requireNonNull(listener, "listener is null"));
        return this;
    }

    /** Runs the case once in each of these modes. */
    public StreamHarness modes(RestartMode... all) {
        if (all.length == 0) {
            throw new IllegalArgumentException("no mode: give at least one");
        }
        modes = new TreeSet<>(Arrays.asList(all));
        return this;
    }

    /** Runs the case once in each mode that there is. */
    public StreamHarness inAllModes() {
        return modes(RestartMode.values());
    }

    /** {@link RestartMode#NONE} and {@link RestartMode#RESTART_EVERY_BATCH}. */
    public StreamHarness restartAfterEveryBatch() {
        return modes(RestartMode.NONE, RestartMode.RESTART_EVERY_BATCH);
    }

    /** Stops the program gracefully after each of these batches, counted from 0, and starts it again; in every mode. */
    public StreamHarness restartAfter(int... batchNumbers) {
        Arrays.stream(batchNumbers).forEach(restarts::add);
        return this;
    }

    /** Kills the program in each of these batches, counted from 0, before the commit; in every mode. */
    public StreamHarness killIn(int... batchNumbers) {
        Arrays.stream(batchNumbers).forEach(kills::add);
        return this;
    }

    /**
     * Lets the program be down, stopped gracefully before, at the times of these batches, counted from 0; in every mode.
     * What the inputs have in them waits: the program starts again at the time of the last of them, and what waited is in
     * that batch.
     */
    public StreamHarness downIn(int... batchNumbers) {
        for (int number : batchNumbers) {
            if (number < 1) {
                throw new IllegalArgumentException("down in batch " + number + ": the first that can be is 1");
            }
            downs.add(number);
        }
        return this;
    }

    /** Stops the program before this batch, counted from 0, and goes on with another version of it; in every mode. */
    public StreamHarness upgradeBefore(int batch, StreamProgram next) {
        if (batch < 1) {
            throw new IllegalArgumentException("upgrade before batch " + batch + ": the first that can be is 1");
        }
        programs.put(batch, requireNonNull(next, "next is null"));
        return this;
    }

    /** Decides what {@link RestartMode#RANDOM} does; {@code -Dmillrace.test.seed} or the time unless it is set. */
    public StreamHarness seed(long number) {
        seed = number;
        return this;
    }

    /** The seed, for the messages of tests that draw from it too. */
    public long seed() {
        return seed;
    }

    /** Sets how long a batch may take, in real time; 30 s unless it is set, a day at most. */
    public StreamHarness patience(Duration longest) {
        requireNonNull(longest, "longest is null");
        patience = longest.compareTo(Duration.ofDays(1)) > 0 ? Duration.ofDays(1) : longest;
        return this;
    }

    /**
     * Runs every batch in every mode.
     *
     * @throws IllegalStateException if there is no program, or no batch
     * @throws io.millrace.api.MillraceException what the program was refused or stopped for
     * @throws AssertionError if a batch does not end in time, an output gets a committed batch again, or gets a batch
     *     that was run again with other elements
     */
    public StreamResults run() {
        StreamProgram first = programs.get(0);
        if (first == null) {
            throw new IllegalStateException("the harness has no program: call program(...)");
        }
        if (count == 0) {
            throw new IllegalStateException("the harness has no batch: call batches(...) or atLeast(...)");
        }
        HarnessPlan plan = new HarnessPlan(
                Map.copyOf(programs),
                Map.copyOf(batches),
                count,
                partitions,
                interval,
                BEGIN,
                Map.copyOf(settings),
                List.copyOf(listeners),
                Set.copyOf(restarts),
                Set.copyOf(kills),
                Set.copyOf(downs),
                seed,
                patience);
        Map<RestartMode, StreamResults.Run> runs = new EnumMap<>(RestartMode.class);
        for (RestartMode mode : modes) {
            HarnessRun run = new HarnessRun(plan, mode);
            @Nullable Outputs outputs = null;
            try {
                outputs = run.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("the test was interrupted", e);
            } catch (RuntimeException | Error e) {
                Closing.suppress(
                        e,
                        new IllegalStateException(
                                "it was run in mode " + mode + "; -D" + SEED_PROPERTY + "=" + seed + " repeats it"));
                throw e;
            }
            runs.put(mode, new StreamResults.Run(outputs, List.copyOf(run.times())));
            outputs.violation().ifPresent(violation -> {
                throw new AssertionError(violation + " (mode " + mode + ", seed " + seed + ")");
            });
        }
        return new StreamResults(runs, seed);
    }
}
