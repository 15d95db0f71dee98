// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.stream;

import io.millrace.api.listener.StreamingListener;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a harness was told, fixed for its runs.
 *
 * @param programs by the number of the first batch that each one runs
 * @param batches by input, the elements of each batch
 * @param count how many batches are run
 * @param partitions into how many partitions the elements of a batch are divided
 * @param restarts after which batches every mode restarts
 * @param kills in which batches every mode kills before the commit
 * @param downs at the times of which batches the program is down
 */
record HarnessPlan(
        Map<Integer, StreamProgram> programs,
        Map<String, List<List<?>>> batches,
        int count,
        int partitions,
        Duration interval,
        Instant begin,
        Map<String, String> settings,
        List<StreamingListener> listeners,
        Set<Integer> restarts,
        Set<Integer> kills,
        Set<Integer> downs,
        long seed,
        Duration patience) {}
