// SPDX-License-Identifier: Apache-2.0
/** The functions that a program passes to operators: serializable, and free to throw. */
@NullMarked
package io.millrace.api.function;

import org.jspecify.annotations.NullMarked;
