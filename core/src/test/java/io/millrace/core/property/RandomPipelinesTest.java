// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.property;

import io.millrace.testkit.stream.RestartMode;
import io.millrace.testkit.stream.StreamHarness;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random pipelines over random batches, compared with an interpreter that is too simple to be wrong: every window and
 * every state computed anew from all batches so far. {@code -Dmillrace.test.pipelines=10000} runs as many;
 * {@code -Dmillrace.test.seed=S} begins with the pipeline of that seed.
 */
class RandomPipelinesTest {
    private static final int PIPELINES = Integer.getInteger("millrace.test.pipelines", 300);

    @Test
    void giveWhatTheSimpleInterpreterGives() {
        long first = Long.getLong(StreamHarness.SEED_PROPERTY, System.nanoTime() & 0xFFFF_FFFFL);
        for (int i = 0; i < PIPELINES; i++) {
            long seed = first + i;
            try {
                run(seed);
            } catch (Throwable failed) {
                throw new AssertionError(
                        "pipeline of seed " + seed + " (-D" + StreamHarness.SEED_PROPERTY + "=" + seed + "): "
                                + new Pipeline(new Random(seed)) + "\n" + failed.getMessage(),
                        failed);
            }
        }
    }

    private static void run(long seed) {
        Random random = new Random(seed);
        Pipeline pipeline = new Pipeline(random);
        var batches = Pipeline.batches(random, 3 + random.nextInt(8));
        RestartMode[] all = RestartMode.values();
        int partitions = 1 + random.nextInt(3);
        RestartMode mode = all[random.nextInt(all.length)];
        boolean oneByOne = random.nextInt(3) == 0;
        StreamHarness.of("out", in -> pipeline.declare(in, oneByOne))
                .seed(seed)
                .set("batch.jobs", oneByOne ? "one-by-one" : "together")
                .partitions(partitions)
                .modes(RestartMode.NONE, mode)
                .batches("in", batches)
                .run()
                .assertOutput("out")
                .batches(pipeline.interpret(batches));
    }
}
