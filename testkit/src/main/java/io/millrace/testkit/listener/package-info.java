// SPDX-License-Identifier: Apache-2.0
/** The conformance kit of listeners, and of who tells them, whose clauses are in {@code docs/spec/listener.md}. */
@NullMarked
package io.millrace.testkit.listener;

import org.jspecify.annotations.NullMarked;
