// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.measure;

import java.util.List;

/**
 * What became of graceful stops.
 *
 * @param stops each
 */
public record StopResult(List<Stop> stops) {
    /** Copies. */
    public StopResult {
        stops = List.copyOf(stops);
    }

    /**
     * One stop.
     *
     * @param received how many records the receiver had handed over, and the engine had taken
     * @param lost how many of these were in no output
     * @param twice how many were in outputs more than once
     * @param millis how long the stop took
     * @param complete whether the engine says that it processed everything in time
     */
    public record Stop(long received, long lost, long twice, double millis, boolean complete) {}
}
