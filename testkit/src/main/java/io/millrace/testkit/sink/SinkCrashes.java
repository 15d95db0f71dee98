// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.sink.Sink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Proves that a sink loses nothing and doubles nothing when processes die or sleep: a {@link CountingProgram} in a JVM of
 * its own is ended at every step that the sink takes, killed at any moment, and put to sleep at a step while another
 * process takes over. In the end the target must hold each number once.
 *
 * <p>{@code -Dmillrace.test.steps} says at how many steps, chosen by chance, a process ends, {@code
 * -Dmillrace.test.zombies} at how many one is put to sleep, and {@code -Dmillrace.test.kills} how often one is killed at
 * any moment. The defaults are for every build; a large number means every step.
 *
 * @since 0.1
 */
@Timeout(1200)
public abstract class SinkCrashes {
    private static final int STEPS = Integer.getInteger("millrace.test.steps", 5);
    private static final int KILLS = Integer.getInteger("millrace.test.kills", 2);
    private static final int ZOMBIES = Integer.getInteger("millrace.test.zombies", 1);
    private static final int FEW = 80;
    private static final int MANY = 800;
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration SLEEP = Duration.ofSeconds(8);

    private @TempDir Path directory;

    /** Makes a test of a sink. */
    protected SinkCrashes() {}

    /**
     * The class whose {@code main} calls {@link CountingProgram#run} with the checkpoint and the count that are its first
     * two arguments, and a target of {@link SteppedSinks} over {@link SinkSteps#ofThisProcess()}.
     */
    protected abstract Class<?> program();

    /** What else the program is to be told, such as where the target of this test is. */
    protected abstract List<String> arguments() throws Exception;

    /** The numbers that are visible at this test's target, in any order, as often as they are there. */
    protected abstract List<Integer> visible() throws Exception;

    /** Whether the sink itself refuses a process that was replaced: {@link Sink.Transactional}. */
    protected abstract boolean fences();

    private ProgramProcess start(Path checkpoint, int count, String... properties) throws Exception {
        List<String> all = new ArrayList<>(List.of(checkpoint.toString(), String.valueOf(count)));
        all.addAll(arguments());
        Map<String, String> given = new TreeMap<>();
        for (int i = 0; i < properties.length; i += 2) {
            given.put(properties[i], properties[i + 1]);
        }
        return ProgramProcess.start(program(), given, all);
    }

    /** The names of all steps that a program takes, in the order in which it first does. */
    private Set<String> steps(Path checkpoint, int count) throws Exception {
        try (ProgramProcess traced = start(checkpoint, count, SinkSteps.TRACE, "true")) {
            List<String> lines = traced.toEnd();
            assertThat(lines).endsWith("done");
            Set<String> steps = new LinkedHashSet<>();
            lines.stream()
                    .filter(line -> line.startsWith("step "))
                    .forEach(line -> steps.add(line.substring("step ".length())));
            assertThat(steps).isNotEmpty();
            return steps;
        }
    }

    private static List<String> chosen(int most, Set<String> steps, long seed) {
        List<String> chosen = new ArrayList<>(steps);
        Collections.shuffle(chosen, new Random(seed));
        return chosen.subList(0, Math.min(most, chosen.size()));
    }

    private void assertExactly(int count, Object context) throws Exception {
        assertThat(visible())
                .as("%s", context)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, count).boxed().toList());
    }

    private void runToEnd(Path checkpoint, int count, Object context) throws Exception {
        try (ProgramProcess last = start(checkpoint, count)) {
            assertThat(last.toEnd()).as("%s", context).endsWith("done");
        }
        assertExactly(count, context);
    }

    @Test
    public void losesAndDoublesNothingWhenItsProcessEndsAtAnyStep() throws Exception {
        long seed = System.nanoTime();
        Path checkpoint = directory.resolve("steps");
        int count = FEW;
        List<String> steps = chosen(STEPS, steps(checkpoint, count), seed);
        assertExactly(count, steps);
        for (String step : steps) {
            count += FEW;
            String after = step.contains("claim") ? "0" : "1";
            try (ProgramProcess dying = start(checkpoint, count, SinkSteps.HALT_AT, step, SinkSteps.AFTER, after)) {
                assertThat(dying.toEnd()).as("ends at '%s'", step).containsAnyOf("halt " + step, "done");
            }
            assertThat(visible()).as("after '%s'", step).doesNotHaveDuplicates();
        }
        runToEnd(checkpoint, count, steps);
    }

    @Test
    public void losesAndDoublesNothingWhenItsProcessIsKilledAtAnyMoment() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Path checkpoint = directory.resolve("kills");
        int count = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            count += MANY;
            try (ProgramProcess killed = start(checkpoint, count)) {
                int lines = 1 + random.nextInt(36);
                String line = killed.line();
                while (line != null && --lines > 0) {
                    line = killed.line();
                }
                killed.kill();
            }
            assertThat(visible()).as("seed %d, kill %d", seed, kill).doesNotHaveDuplicates();
        }
        runToEnd(checkpoint, count, "seed " + seed);
    }

    /**
     * The sleeper's logs are copied, so that nothing but the target keeps it from going on: as if it were on a store of
     * logs that fences, and slept between asking that store and committing.
     */
    @Test
    public void aProcessThatSleptAtAnyStepAndWasReplacedChangesNothing() throws Exception {
        if (!fences()) {
            assertThat(fences())
                    .as("what it finishes is decided by the ledger alone")
                    .isFalse();
            return;
        }
        long seed = System.nanoTime();
        Path checkpoint = directory.resolve("zombie-0");
        int count = FEW;
        int zombies = 0;
        for (String step : chosen(ZOMBIES, steps(checkpoint, count), seed)) {
            count += FEW;
            String after = step.contains("claim") ? "0" : "1";
            try (ProgramProcess zombie = start(checkpoint, count, SinkSteps.PAUSE_AT, step, SinkSteps.AFTER, after)) {
                if (!sleeps(zombie, step)) {
                    continue;
                }
                zombie.signal("STOP");
                Path copy = directory.resolve("zombie-" + ++zombies);
                copy(checkpoint, copy);
                try (ProgramProcess successor = start(copy, count, SinkSteps.TRACE, "true")) {
                    // before it claims, no process has been replaced; it may have to wait for what the zombie holds
                    successor.awaitLine("step before claim", START);
                    successor.awaitLine("step after claim", SLEEP);
                    zombie.signal("CONT");
                    zombie.goOn();
                    assertThat(successor.toEnd())
                            .as("successor of a zombie at '%s'", step)
                            .endsWith("done");
                }
                zombie.toEnd();
                assertExactly(count, "zombie at '" + step + "', seed " + seed);
                checkpoint = copy;
            }
        }
        runToEnd(checkpoint, count + FEW, "seed " + seed);
    }

    private static boolean sleeps(ProgramProcess zombie, String step) throws IOException {
        String line = zombie.line();
        while (line != null && !line.equals("pause " + step)) {
            line = zombie.line();
        }
        return line != null;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        }
    }
}
