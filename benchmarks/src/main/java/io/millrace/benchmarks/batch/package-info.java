// SPDX-License-Identifier: Apache-2.0
/** What batches of one size cost, and how throughput grows: each command runs systems in turns and prints a table. */
@NullMarked
package io.millrace.benchmarks.batch;

import org.jspecify.annotations.NullMarked;
