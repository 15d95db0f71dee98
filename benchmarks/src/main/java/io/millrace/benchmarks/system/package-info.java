// SPDX-License-Identifier: Apache-2.0

/** The systems that are measured: each a main class that runs alone in its JVM and reports one result. */
@NullMarked
package io.millrace.benchmarks.system;

import org.jspecify.annotations.NullMarked;
