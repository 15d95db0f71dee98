// SPDX-License-Identifier: Apache-2.0

/**
 * Real servers for tests, the demo and benchmarks: each runs in a child JVM on loopback, is started from the jars that
 * its project released, and never outlives the JVM that started it.
 */
@NullMarked
package io.millrace.servers;

import org.jspecify.annotations.NullMarked;
