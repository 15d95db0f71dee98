// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

/**
 * The epoch-aligned grid of batch times: multiples of the interval, in epoch milliseconds.
 *
 * @param interval the batch interval in milliseconds
 */
public record BatchGrid(long interval) {
    /** The last grid time that is not after {@code millis}. */
    public long floor(long millis) {
        return Math.floorDiv(millis, interval) * interval;
    }

    /** The first grid time that is not before {@code millis}. */
    public long ceil(long millis) {
        return -Math.floorDiv(-millis, interval) * interval;
    }

    /** The first grid time after {@code millis}. */
    public long after(long millis) {
        return floor(millis) + interval;
    }
}
