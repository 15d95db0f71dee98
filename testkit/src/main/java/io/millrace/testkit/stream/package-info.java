// SPDX-License-Identifier: Apache-2.0

/**
 * Runs a program on given batches: the real engine on a clock that stands still between them, with its logs in memory,
 * stopped or killed and started again wherever a test says. Begin with {@link io.millrace.testkit.stream.StreamHarness}.
 */
@NullMarked
package io.millrace.testkit.stream;

import org.jspecify.annotations.NullMarked;
