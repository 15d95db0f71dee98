// SPDX-License-Identifier: Apache-2.0

/** The specifications of the SPIs as data: their clauses, by number. */
@NullMarked
package io.millrace.testkit.spec;

import org.jspecify.annotations.NullMarked;
