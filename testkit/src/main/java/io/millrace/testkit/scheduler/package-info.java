// SPDX-License-Identifier: Apache-2.0
/** The conformance kit of schedulers, whose clauses are in {@code docs/spec/scheduler.md}. */
@NullMarked
package io.millrace.testkit.scheduler;

import org.jspecify.annotations.NullMarked;
