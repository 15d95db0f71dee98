// SPDX-License-Identifier: Apache-2.0
/** The conformance kit of sinks, whose clauses are in {@code docs/spec/sink.md}. */
@NullMarked
package io.millrace.testkit.sink;

import org.jspecify.annotations.NullMarked;
