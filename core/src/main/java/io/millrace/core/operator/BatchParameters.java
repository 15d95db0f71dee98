// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.operator;

import java.util.Set;

/**
 * What is the same for all tasks of a batch.
 *
 * @param batchTime the batch, in epoch milliseconds
 * @param snapshots the states of which everything is written, not only what the batch touched
 */
public record BatchParameters(long batchTime, Set<String> snapshots) {}
