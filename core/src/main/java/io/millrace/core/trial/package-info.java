// SPDX-License-Identifier: Apache-2.0

/** Plugins tried outside of a program, as {@code millrace tck} does. */
@NullMarked
package io.millrace.core.trial;

import org.jspecify.annotations.NullMarked;
