// SPDX-License-Identifier: Apache-2.0
/** Programs that are stopped, killed and put to sleep while records come, and what became of the records. */
@NullMarked
package io.millrace.benchmarks.fault;

import org.jspecify.annotations.NullMarked;
