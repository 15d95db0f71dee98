// SPDX-License-Identifier: Apache-2.0

/** Runs systems in turns, each in a JVM of its own against one broker, and sets their results side by side. */
@NullMarked
package io.millrace.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
