// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.property;

import io.millrace.testkit.stream.RestartMode;
import io.millrace.testkit.stream.StreamHarness;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random programs over random batches, compared with an interpreter that is too simple to be wrong: every window and every
 * state made of all batches so far. {@code -Dmillrace.test.pipelines=10000} runs as many; {@code -Dmillrace.test.seed=S}
 * begins with the program of that seed. {@link Drawn} says what they are made of.
 */
class RandomPipelinesTest {
    private static final int PIPELINES = Integer.getInteger("millrace.test.pipelines", 300);

    @Test
    void giveWhatTheSimpleInterpreterGives() {
        long first = Long.getLong(StreamHarness.SEED_PROPERTY, System.nanoTime() & 0xFFFF_FFFFL);
        RestartMode[] modes = RestartMode.values();
        for (int i = 0; i < PIPELINES; i++) {
            long seed = first + i;
            RandomProgram program = RandomProgram.of(seed);
            try {
                program.check(seed, modes[new Random(~seed).nextInt(modes.length)]);
            } catch (Throwable failed) {
                throw new AssertionError(
                        "program of seed " + seed + " (-D" + StreamHarness.SEED_PROPERTY + "=" + seed + "):" + program
                                + "\n" + failed.getMessage(),
                        failed);
            }
        }
    }
}
