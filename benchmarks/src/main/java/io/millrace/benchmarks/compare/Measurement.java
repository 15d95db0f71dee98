// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.compare;

import io.millrace.benchmarks.measure.Result;

/**
 * One run of a contender.
 *
 * @param result what it reported
 * @param othersShare the part of the machine, 0 to 1, that others used meanwhile
 */
record Measurement(Result result, double othersShare) {
    double throughput() {
        return result.throughput();
    }

    double cpuMicrosPerRecord() {
        return result.cpuMicrosPerRecord();
    }
}
