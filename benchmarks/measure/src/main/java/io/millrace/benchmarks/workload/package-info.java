// SPDX-License-Identifier: Apache-2.0

/** What is measured: records that follow from their number alone, and the exact answer that every system must give. */
@NullMarked
package io.millrace.benchmarks.workload;

import org.jspecify.annotations.NullMarked;
