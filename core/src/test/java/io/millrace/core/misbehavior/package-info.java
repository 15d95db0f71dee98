// SPDX-License-Identifier: Apache-2.0
/** Whatever code of the program does, its policy holds, or the program ends with a reason that can be acted on. */
@NullMarked
package io.millrace.core.misbehavior;

import org.jspecify.annotations.NullMarked;
