// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the display shows: one moment of a demo.
 *
 * @param elapsed since the first line was produced
 * @param producing how long lines are produced in all
 * @param produced lines confirmed by the broker
 * @param counted lines in the results
 * @param producedRate per second, over the last moments
 * @param countedRate per second, over the last moments
 * @param batches completed, over all engine processes
 * @param lastBatch the latest batch that had records
 * @param processing99Millis the processing delay that 99 % of the batches with records stayed below
 * @param restarts of the engine
 * @param top the most frequent words with their totals
 */
record Status(
        Phase phase,
        Duration elapsed,
        Duration producing,
        long produced,
        long counted,
        double producedRate,
        double countedRate,
        long batches,
        LastBatch lastBatch,
        double processing99Millis,
        int restarts,
        List<Map.Entry<String, Long>> top) {
    /** Where the demo is. */
    enum Phase {
        STARTING("starting"),
        PRODUCING("producing"),
        CATCHING_UP("catching up"),
        STOPPING("stopping"),
        DONE("done");

        private final String label;

        Phase(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    /** What is known of a batch. */
    record LastBatch(long records, double schedulingMillis, double processingMillis) {}
}
