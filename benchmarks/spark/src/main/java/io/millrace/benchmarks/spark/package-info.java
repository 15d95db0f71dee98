// SPDX-License-Identifier: Apache-2.0
/** Spark Streaming at the same work: a main class for each, alone in its JVM, that reports one result. */
@NullMarked
package io.millrace.benchmarks.spark;

import org.jspecify.annotations.NullMarked;
