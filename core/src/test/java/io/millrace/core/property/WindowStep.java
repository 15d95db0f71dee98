// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.property;

import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.Window;
import io.millrace.api.codec.Codecs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A window of batches: at its times, what all elements of its batches come to.
 *
 * @param length in batches
 * @param slide in batches
 * @param inverse whether it is made of the one before; only sums can be
 */
record WindowStep(Kind kind, String name, int length, int slide, boolean inverse) implements Step {
    private static final int LONGEST_SLIDE = 12;

    /** What is made of the elements. */
    enum Kind {
        ALL,
        REDUCE,
        COUNT,
        COUNT_BY_VALUE,
        GROUP,
        MAX,
        SUM,
        SUM_AND_LEFT
    }

    static Step random(Random random, String name, int slide) {
        Kind[] all = Kind.values();
        return drawn(all[random.nextInt(all.length)], random, name, slide);
    }

    private static WindowStep drawn(Kind kind, Random random, String name, int incoming) {
        int factor = random.nextBoolean() ? 1 : 1 + random.nextInt(3);
        int slide = incoming * factor > LONGEST_SLIDE ? incoming : incoming * factor;
        int length = incoming * (1 + random.nextInt(4));
        if (kind == Kind.SUM_AND_LEFT && !Drawn.LEFT_OUT) {
            length = Math.max(length, slide);
        }
        boolean inverse = kind == Kind.SUM_AND_LEFT || (kind == Kind.SUM && random.nextBoolean());
        return new WindowStep(kind, name, length, slide, inverse);
    }

    /** Whether it can stand behind a stream that slides by this much. */
    boolean fits(int incoming) {
        return length % incoming == 0 && slide % incoming == 0;
    }

    @Override
    public Step redrawn(Random random, int incoming) {
        if (kind == Kind.SUM_AND_LEFT || !Drawn.CHANGED_WINDOWS) {
            return this; // which keys are left of a window that was another is for nobody to say
        }
        return drawn(kind, random, name, incoming);
    }

    @Override
    public PairDStream<String, Integer> declare(PairDStream<String, Integer> stream) {
        Window window = Window.of(Duration.ofSeconds(length), Duration.ofSeconds(slide));
        StateSpec<String, Integer> state = StateSpec.named(name, Codecs.STRING, Codecs.INT);
        return switch (kind) {
            case ALL -> stream.window(name, Codecs.pair(Codecs.STRING, Codecs.INT), window);
            case REDUCE ->
                stream.map(Pair::value)
                        .reduceByWindow(name, Codecs.INT, window, Integer::sum)
                        .mapToPair(sum -> Pair.of("n", sum));
            case COUNT -> stream.countByWindow(name, window).mapToPair(count -> Pair.of("n", count.intValue()));
            case COUNT_BY_VALUE ->
                stream.map(Pair::key)
                        .countByValueAndWindow(name, Codecs.STRING, window)
                        .mapValues(Long::intValue);
            case GROUP ->
                stream.groupByKeyAndWindow(name, Codecs.STRING, Codecs.INT, window)
                        .mapValues(values ->
                                values.stream().mapToInt(Integer::intValue).sum());
            case MAX -> stream.reduceByKeyAndWindow(state, window, Math::max);
            case SUM -> {
                PairDStream<String, Integer> sums = inverse
                        ? stream.reduceByKeyAndWindow(state, window, Integer::sum, (x, y) -> x - y, p -> p.value() != 0)
                        : stream.reduceByKeyAndWindow(state, window, Integer::sum);
                yield sums.filter(p -> p.value() != 0);
            }
            case SUM_AND_LEFT -> stream.reduceByKeyAndWindow(state, window, Integer::sum, (x, y) -> x - y);
        };
    }

    @Override
    public List<Pair<String, Integer>> batch(int time, List<Pair<String, Integer>> in, Past past) {
        past.add(time, in);
        List<Pair<String, Integer>> made = time % slide == 0 ? made(past.last(length, time), past) : null;
        past.gone = Math.max(past.gone, (time + slide - 1) / slide * slide - length);
        return made;
    }

    private List<Pair<String, Integer>> made(List<Pair<String, Integer>> in, Past past) {
        return switch (kind) {
            case ALL -> in;
            case REDUCE -> in.isEmpty() ? List.of() : List.of(Pair.of("n", Pairs.sum(in)));
            case COUNT -> List.of(Pair.of("n", in.size()));
            case COUNT_BY_VALUE -> Pairs.counts(in);
            case GROUP -> Pairs.reduce(in, Integer::sum);
            case MAX -> Pairs.reduce(in, Math::max);
            case SUM ->
                Pairs.reduce(in, Integer::sum).stream()
                        .filter(p -> p.value() != 0)
                        .toList();
            case SUM_AND_LEFT -> {
                Map<String, Integer> now = Pairs.map(in, Integer::sum);
                past.totals.replaceAll((key, value) -> 0);
                past.totals.putAll(now);
                yield Pairs.of(new TreeMap<>(past.totals));
            }
        };
    }

    @Override
    public int slide(int incoming) {
        return slide;
    }

    @Override
    public boolean quiet() {
        return kind != Kind.COUNT && kind != Kind.SUM_AND_LEFT;
    }

    @Override
    public boolean window() {
        return true;
    }

    @Override
    public String toString() {
        return kind.toString().toLowerCase(java.util.Locale.ROOT) + (inverse ? " with inverse" : "") + "(" + length
                + "," + slide + ")";
    }
}
