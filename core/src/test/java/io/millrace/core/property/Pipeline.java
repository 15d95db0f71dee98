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

/** A few operators in a row over pairs of a letter and a number: one version of a program. */
record Pipeline(List<Step> steps) {
    static Pipeline random(Random random) {
        List<Step> steps = new ArrayList<>();
        int slide = 1;
        for (int i = 0, count = 1 + random.nextInt(5); i < count; i++) {
            Step step = step(random, "s" + i, slide);
            slide = step.slide(slide);
            steps.add(step);
        }
        return new Pipeline(steps);
    }

    private static Step step(Random random, String name, int slide) {
        int kind = random.nextInt(10);
        if (slide > 1 && !Drawn.BEHIND_SLIDES) {
            kind = 0;
        } else if (kind >= 8 && !Drawn.EVENT_TIME) {
            kind = 7;
        }
        if (kind < 3) {
            return PlainStep.random(random);
        } else if (kind < 6) {
            return WindowStep.random(random, name, slide);
        }
        return kind < 8 ? StateStep.random(random, name) : EventTimeStep.random(random, name);
    }

    /** The next version; the same one where a window that cannot change does not fit behind what was drawn anew. */
    Pipeline redrawn(Random random) {
        List<Step> next = new ArrayList<>();
        int slide = 1;
        for (Step step : steps) {
            Step redrawn = step.redrawn(random, slide);
            if (redrawn instanceof WindowStep window && !window.fits(slide)) {
                return this;
            }
            slide = redrawn.slide(slide);
            next.add(redrawn);
        }
        return new Pipeline(next);
    }

    /** Whether windows look the same without the batches that have nothing. */
    boolean quiet() {
        return steps.stream().noneMatch(Step::window) || steps.stream().allMatch(Step::quiet);
    }

    boolean windows() {
        return steps.stream().anyMatch(Step::window);
    }

    DStream<?> declare(TestStreams in) {
        PairDStream<String, Integer> stream = in.pairs("in", Codecs.STRING, Codecs.INT);
        for (Step step : steps) {
            stream = step.declare(stream);
        }
        return stream;
    }

    /**
     * What comes out of a batch.
     *
     * @param batch null if there is none
     * @param past of each step
     * @return null if nothing does
     */
    List<Pair<String, Integer>> batch(int time, List<Pair<String, Integer>> batch, List<Past> past) {
        List<Pair<String, Integer>> result = batch;
        for (int i = 0; i < steps.size(); i++) {
            result = steps.get(i).batch(time, result, past.get(i));
        }
        return result;
    }

    @Override
    public String toString() {
        return steps.toString();
    }
}
