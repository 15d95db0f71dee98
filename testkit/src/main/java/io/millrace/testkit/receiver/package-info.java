// SPDX-License-Identifier: Apache-2.0
/** The conformance kit of receivers and direct sources, whose clauses are in {@code docs/spec/receiver.md}. */
@NullMarked
package io.millrace.testkit.receiver;

import org.jspecify.annotations.NullMarked;
