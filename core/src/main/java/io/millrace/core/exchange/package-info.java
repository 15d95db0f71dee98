// SPDX-License-Identifier: Apache-2.0
/**
 * How elements move between the stages of a job: what a task leaves for each partition of the next stage, and how what
 * meets there becomes elements again. Within a process the buckets themselves are handed over; nothing is copied.
 */
@NullMarked
package io.millrace.core.exchange;

import org.jspecify.annotations.NullMarked;
