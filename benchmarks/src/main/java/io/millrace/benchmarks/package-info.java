// SPDX-License-Identifier: Apache-2.0

/** What a batch, a record and a durable append cost. */
@NullMarked
package io.millrace.benchmarks;

import org.jspecify.annotations.NullMarked;
