// SPDX-License-Identifier: Apache-2.0
/** Measures of single parts: what a batch costs by itself, and what the log makes of a disk. */
@NullMarked
package io.millrace.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
