// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * The lines that the demo produces: {@code <id> w1 w2 …}. A line follows from the seed and its id alone, so that the
 * verification can make each one again.
 */
record Lines(long seed) {
    /** From the most frequent to the rarest. */
    private static final List<String> WORDS = List.of(
            "water wheel river mill stone grain flour race stream sluice gate weir dam pond flow turn grind bread oat barley rye wheat sack miller axle gear cog shaft paddle bucket channel leat bank bridge willow heron trout reed moss otter spring rain flood frost thaw ford meadow hill valley cloud"
                    .split(" "));

    private static final int WORDS_PER_LINE = 8;
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    /** The line with this id. */
    String line(int id) {
        StringBuilder line = new StringBuilder(64).append(id);
        words(id, word -> line.append(' ').append(word));
        return line.toString();
    }

    /** Passes the words of the line with this id to {@code consumer}. */
    void words(int id, Consumer<String> consumer) {
        SplittableRandom random = new SplittableRandom(seed + id * GOLDEN_GAMMA);
        for (int i = 0; i < WORDS_PER_LINE; i++) {
            double uniform = random.nextDouble();
            consumer.accept(WORDS.get((int) (WORDS.size() * uniform * uniform)));
        }
    }
}
