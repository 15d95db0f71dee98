// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.property;

import io.millrace.api.DStream;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.TestStreams;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A few operators in a row over pairs of a letter and a number. */
final class Pipeline {
    private final List<Step> steps = new ArrayList<>();

    Pipeline(Random random) {
        int slide = 1;
        for (int i = 0, count = 1 + random.nextInt(5); i < count; i++) {
            Step step = Steps.random(random, "s" + i, slide);
            slide = step.slide(slide);
            steps.add(step);
        }
    }

    /** An operator, as the engine has it and as it is meant. */
    interface Step {
        PairDStream<String, Integer> declare(PairDStream<String, Integer> stream);

        /** By how many batches its result slides, given by how many what comes in does. */
        default int slide(int incoming) {
            return incoming;
        }

        /** All batches that come out; null in place of a batch that there is not. */
        List<List<Pair<String, Integer>>> interpret(List<List<Pair<String, Integer>>> batches);
    }

    /**
     * Declares it.
     *
     * @param tapped whether an output stands behind every other step, too, which changes nothing
     */
    DStream<?> declare(TestStreams in, boolean tapped) {
        PairDStream<String, Integer> stream = in.pairs("in", Codecs.STRING, Codecs.INT);
        for (int i = 0; i < steps.size(); i++) {
            if (tapped && i % 2 == 0) {
                stream.foreachBatch("tap-" + i, batch -> {});
            }
            stream = steps.get(i).declare(stream);
        }
        return stream;
    }

    List<List<Pair<String, Integer>>> interpret(List<List<Pair<String, Integer>>> batches) {
        List<List<Pair<String, Integer>>> result = batches;
        for (Step step : steps) {
            result = step.interpret(result);
        }
        List<List<Pair<String, Integer>>> shown = new ArrayList<>();
        result.forEach(batch -> shown.add(batch == null ? List.of() : batch));
        return shown;
    }

    static List<List<Pair<String, Integer>>> batches(Random random, int count) {
        List<List<Pair<String, Integer>>> batches = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<Pair<String, Integer>> batch = new ArrayList<>();
            for (int n = random.nextInt(4) == 0 ? 0 : random.nextInt(8); n > 0; n--) {
                batch.add(Pair.of(String.valueOf((char) ('a' + random.nextInt(5))), random.nextInt(7) - 2));
            }
            batches.add(batch);
        }
        return batches;
    }

    @Override
    public String toString() {
        return steps.toString();
    }
}
