// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.property;

import io.millrace.api.Pair;
import io.millrace.testkit.stream.RestartMode;
import io.millrace.testkit.stream.StreamHarness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A program in its versions, its input, and the times at which it is down.
 *
 * @param versions by the batch, counted from 1, that each one begins with
 * @param down the batches, counted from 1, at whose times it is down
 * @param keyLength how long keys are
 * @param partitions of the input
 */
record RandomProgram(
        TreeMap<Integer, Pipeline> versions,
        List<List<Pair<String, Integer>>> input,
        Set<Integer> down,
        int keyLength,
        int partitions) {
    /** Draws one whose result the documents decide. */
    static RandomProgram of(long seed) {
        Random random = new Random(seed);
        while (true) {
            RandomProgram drawn = draw(random);
            Result result = drawn.interpret();
            if (!result.open()) {
                return drawn;
            }
        }
    }

    private static RandomProgram draw(Random random) {
        int count = 3 + random.nextInt(10);
        TreeMap<Integer, Pipeline> versions = new TreeMap<>(Map.of(1, Pipeline.random(random)));
        for (int more = random.nextInt(3); more > 0 && Drawn.VERSIONS; more--) {
            int begin = versions.lastKey() + 1 + random.nextInt(3);
            if (begin <= count) {
                versions.put(begin, versions.lastEntry().getValue().redrawn(random));
            }
        }
        int keyLength = Drawn.SNAPSHOTS && random.nextInt(3) == 0 ? 400 : 1;
        List<List<Pair<String, Integer>>> input = input(random, count, keyLength);
        Set<Integer> down = new TreeSet<>();
        boolean downtimes = random.nextInt(3) == 0;
        int begin = 2 + random.nextInt(count - 1);
        int end = begin + random.nextInt(5);
        if (Drawn.DOWNTIMES && downtimes && versions.get(1).quiet()) {
            for (int time = begin; time <= Math.min(end, count - 1); time++) {
                down.add(time);
            }
        }
        return new RandomProgram(versions, input, down, keyLength, 1 + random.nextInt(3));
    }

    private static List<List<Pair<String, Integer>>> input(Random random, int count, int keyLength) {
        List<List<Pair<String, Integer>>> batches = new ArrayList<>();
        boolean eventTimes = random.nextInt(4) > 0;
        for (int time = 1; time <= count; time++) {
            List<Pair<String, Integer>> batch = new ArrayList<>();
            for (int n = random.nextInt(4) == 0 ? 0 : random.nextInt(8); n > 0; n--) {
                String key = String.valueOf((char) ('a' + random.nextInt(5))).repeat(keyLength);
                int small = random.nextInt(7) - 2;
                batch.add(Pair.of(
                        key, eventTimes ? EventTimeStep.value(time * 2 - random.nextInt(5), small & 7) : small));
            }
            batches.add(batch);
        }
        return batches;
    }

    /** What an interpreter says. */
    record Result(List<List<Pair<String, Integer>>> batches, boolean open) {}

    /** Batch by batch, from all that came before. */
    Result interpret() {
        List<Past> past =
                Stream.generate(Past::new).limit(versions.get(1).steps().size()).toList();
        List<List<Pair<String, Integer>>> made = new ArrayList<>();
        for (int time = 1; time <= input.size(); time++) {
            int running = time;
            while (down.contains(running)) {
                running++;
            }
            Pipeline version = versions.floorEntry(running).getValue();
            List<Pair<String, Integer>> result = version.batch(time, arriving(time, version), past);
            made.add(result == null ? List.of() : result);
        }
        return new Result(made, past.stream().anyMatch(one -> one.open));
    }

    /**
     * What comes into a batch. All that waited while the program was down is in the last batch before it runs again; the
     * others of that time are there for windows only, and have nothing.
     */
    private List<Pair<String, Integer>> arriving(int time, Pipeline version) {
        if (!down.contains(time)) {
            return input.get(time - 1);
        }
        List<Pair<String, Integer>> waited = new ArrayList<>();
        if (!down.contains(time + 1)) {
            for (int missed = time; down.contains(missed); missed--) {
                waited.addAll(0, input.get(missed - 1));
            }
        }
        return waited.isEmpty() && !version.windows() ? null : waited;
    }

    /** Runs it on the engine and compares. */
    void check(long seed, RestartMode mode) {
        StreamHarness harness = StreamHarness.of("out", versions.get(1)::declare)
                .seed(seed)
                .partitions(partitions)
                .modes(RestartMode.NONE, mode)
                .batches("in", input)
                .downIn(down.stream().mapToInt(time -> time - 1).toArray());
        if (Drawn.SNAPSHOTS) {
            harness.set("state.snapshot-after", "4KiB");
        }
        versions.tailMap(2)
                .forEach((begin, version) -> harness.upgradeBefore(begin - 1, streams -> {
                    streams.collect("out", version.declare(streams));
                }));
        harness.run().assertOutput("out").batches(interpret().batches());
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        versions.forEach((begin, version) ->
                text.append("\n  from batch ").append(begin).append(": ").append(version));
        if (!down.isEmpty()) {
            text.append("\n  down in batches ").append(down);
        }
        text.append("\n  ")
                .append(partitions)
                .append(" partitions, keys of length ")
                .append(keyLength);
        for (int time = 1; time <= input.size(); time++) {
            text.append("\n  in ").append(time).append(": ");
            input.get(time - 1)
                    .forEach(pair -> text.append(pair.key().charAt(0))
                            .append(pair.value())
                            .append(' '));
        }
        return text.toString();
    }
}
