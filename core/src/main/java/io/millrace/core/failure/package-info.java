// SPDX-License-Identifier: Apache-2.0

/** Which failures may heal by themselves: one answer for tasks, receivers and sinks. */
@NullMarked
package io.millrace.core.failure;

import org.jspecify.annotations.NullMarked;
