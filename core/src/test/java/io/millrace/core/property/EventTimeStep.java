// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.property;

import io.millrace.api.EventTime;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.codec.Codecs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BinaryOperator;

/**
 * Windows over event time. The second at which a value happened is an eighth of it. All goes through one partition, whose
 * latest event time is the watermark, so that it does not matter here which partition a pair comes from.
 *
 * @param length of the windows, in seconds; a multiple of the slide
 */
record EventTimeStep(String name, int length, int slide, int disorder, int lateness, boolean max) implements Step {
    static Step random(Random random, String name) {
        int slide = 1 + random.nextInt(4);
        return new EventTimeStep(
                name,
                slide * (1 + random.nextInt(3)),
                slide,
                random.nextInt(3),
                random.nextBoolean() ? 0 : random.nextInt(4),
                random.nextBoolean());
    }

    /** A value that happened at a second. */
    static int value(int second, int small) {
        return second * 8 + small;
    }

    private static int second(int value) {
        return Math.floorDiv(value, 8);
    }

    private static int small(int value) {
        return Math.floorMod(value, 8);
    }

    private BinaryOperator<Integer> combine() {
        return max ? Math::max : Integer::sum;
    }

    @Override
    public PairDStream<String, Integer> declare(PairDStream<String, Integer> stream) {
        EventTime<Integer> time = EventTime.<Integer>sliding(
                        Duration.ofSeconds(length),
                        Duration.ofSeconds(slide),
                        value -> Instant.ofEpochSecond(second(value)))
                .outOfOrder(Duration.ofSeconds(disorder))
                .allowedLateness(Duration.ofSeconds(lateness));
        return stream.repartition(1)
                .reduceByKeyAndEventTime(
                        StateSpec.named(name, Codecs.STRING, Codecs.INT), time, EventTimeStep::small, combine()::apply)
                .mapValues(window -> value((int) window.start().getEpochSecond(), small(window.value())));
    }

    /** All values in windows so far, and how far event time has come. */
    static final class Windows {
        private final Map<String, Map<Integer, List<Integer>>> values = new TreeMap<>();
        private final Set<String> seen = new TreeSet<>();
        private int latest = Integer.MIN_VALUE;
    }

    @Override
    public List<Pair<String, Integer>> batch(int time, List<Pair<String, Integer>> in, Past past) {
        if (in == null) {
            return null;
        }
        Windows windows = past.windows;
        boolean begun = windows.latest != Integer.MIN_VALUE;
        int now = windows.latest - disorder;
        Set<String> changed = new TreeSet<>();
        for (Pair<String, Integer> pair : in) {
            int at = second(pair.value());
            for (int start = Math.floorDiv(at, slide) * slide; start > at - length; start -= slide) {
                if (!begun || start + length + lateness > now) {
                    windows.values
                            .computeIfAbsent(pair.key(), key -> new TreeMap<>())
                            .computeIfAbsent(start, s -> new ArrayList<>())
                            .add(small(pair.value()));
                    changed.add(start + pair.key());
                }
            }
        }
        List<Pair<String, Integer>> made = new ArrayList<>();
        windows.values.forEach((key, starts) -> starts.forEach((start, values) -> {
            if (begun && start + length <= now && (windows.seen.add(start + key) || changed.contains(start + key))) {
                int combined = values.stream().reduce(combine()).orElseThrow();
                made.add(Pair.of(key, value(start, small(combined))));
            }
        }));
        in.forEach(pair -> windows.latest = Math.max(windows.latest, second(pair.value())));
        return made;
    }

    @Override
    public boolean quiet() {
        return false;
    }

    @Override
    public String toString() {
        return "eventTime(" + length + "," + slide + (disorder > 0 ? ",disorder " + disorder : "")
                + (lateness > 0 ? ",lateness " + lateness : "") + (max ? ",max" : ",sum") + ")";
    }
}
