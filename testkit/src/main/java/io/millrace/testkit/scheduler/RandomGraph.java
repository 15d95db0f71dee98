// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.scheduler;

import io.millrace.spi.scheduler.Job;
import io.millrace.spi.scheduler.StageFunction;
import io.millrace.spi.scheduler.TaskOutput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A graph of some stages at random. Each task returns a number that follows from its place and from all that was
 * addressed to it, in order; so the results are right only if every exchange was.
 */
final class RandomGraph {
    private final List<Integer> partitions = new ArrayList<>();
    private final List<List<Integer>> inputs = new ArrayList<>();
    private final List<Boolean> stateful = new ArrayList<>();
    private final boolean fails;

    RandomGraph(Random random, boolean fails) {
        this.fails = fails;
        int stages = 1 + random.nextInt(6);
        for (int stage = 0; stage < stages; stage++) {
            partitions.add(random.nextInt(5));
            List<Integer> from = new ArrayList<>();
            for (int before = 0; before < stage; before++) {
                if (random.nextInt(3) == 0) {
                    from.add(before);
                }
            }
            inputs.add(from);
            stateful.add(!from.isEmpty() && random.nextInt(3) == 0);
        }
    }

    Job job(int batch) {
        Graph graph = new Graph();
        for (int stage = 0; stage < partitions.size(); stage++) {
            List<Integer> from = inputs.get(stage);
            StageFunction function = function(stage, from.size(), readers(stage), fails);
            if (from.isEmpty()) {
                graph.source(partitions.get(stage), function);
            } else if (stateful.get(stage)) {
                graph.stateful(partitions.get(stage), from, function);
            } else {
                graph.exchange(partitions.get(stage), from, function);
            }
        }
        return graph.job(batch);
    }

    /** The stages that read a stage, with how many partitions each has. */
    private Map<Integer, Integer> readers(int stage) {
        Map<Integer, Integer> readers = new HashMap<>();
        for (int reader = stage + 1; reader < partitions.size(); reader++) {
            if (inputs.get(reader).contains(stage)) {
                readers.put(reader, partitions.get(reader));
            }
        }
        return readers;
    }

    private static StageFunction function(int stage, int inputs, Map<Integer, Integer> readers, boolean fails) {
        return task -> {
            if (fails && task.attempt() == 0 && (stage + task.partition()) % 4 == 3) {
                throw new IllegalStateException("the first attempt fails");
            }
            List<Long> read = new ArrayList<>();
            for (int input = 0; input < inputs; input++) {
                task.exchanged(input).forEach(value -> read.add((Long) value));
            }
            long result = value(stage, task.partition(), read);
            Map<Integer, @Nullable Object[]> exchanges = new HashMap<>();
            readers.forEach((reader, count) -> {
                @Nullable Object[] buckets = new Object[count];
                for (int to = 0; to < count; to++) {
                    buckets[to] = isSent(result, to) ? (Object) sent(result, to) : null;
                }
                exchanges.put(reader, buckets);
            });
            return new TaskOutput(exchanges, result);
        };
    }

    private static long value(int stage, int partition, List<Long> read) {
        long value = 31L * stage + partition + 1;
        for (long one : read) {
            value = value * 1_000_003 + one;
        }
        return value;
    }

    private static boolean isSent(long value, int to) {
        return (value + to) % 3 != 0;
    }

    private static long sent(long value, int to) {
        return value * 17 + to;
    }

    /** What the tasks return, by stage and partition, found without a scheduler. */
    List<List<Long>> results() {
        List<List<Long>> results = new ArrayList<>();
        for (int stage = 0; stage < partitions.size(); stage++) {
            List<Long> values = new ArrayList<>();
            for (int partition = 0; partition < partitions.get(stage); partition++) {
                List<Long> read = new ArrayList<>();
                for (int from : inputs.get(stage)) {
                    for (long value : results.get(from)) {
                        if (isSent(value, partition)) {
                            read.add(sent(value, partition));
                        }
                    }
                }
                values.add(value(stage, partition, read));
            }
            results.add(values);
        }
        return results;
    }
}
