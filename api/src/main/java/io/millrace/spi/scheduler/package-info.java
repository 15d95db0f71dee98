// SPDX-License-Identifier: Apache-2.0
/**
 * Runs the jobs of batches, at the level of stages: a stage is one function over numbered partitions, fed by a source or
 * by the exchanges of earlier stages.
 */
@NullMarked
package io.millrace.spi.scheduler;

import org.jspecify.annotations.NullMarked;
