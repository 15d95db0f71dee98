// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.property;

import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import java.util.List;
import java.util.Random;

/** An operator, as the engine has it and as it is meant. */
interface Step {
    PairDStream<String, Integer> declare(PairDStream<String, Integer> stream);

    /** By how many batches its result slides, given by how many what comes in does. */
    default int slide(int incoming) {
        return incoming;
    }

    /**
     * What it makes of a batch.
     *
     * @param time the batch, counted from 1
     * @param in null if there is no batch
     * @param past of this step, over all versions of the program
     * @return null if there is no batch
     */
    List<Pair<String, Integer>> batch(int time, List<Pair<String, Integer>> in, Past past);

    /** Whether an empty batch is as none: it gives nothing and changes nothing. */
    default boolean quiet() {
        return true;
    }

    /** Whether it is a window of batches. */
    default boolean window() {
        return false;
    }

    /** The step in the next version of the program: its state has the same name. */
    default Step redrawn(Random random, int slide) {
        return this;
    }
}
