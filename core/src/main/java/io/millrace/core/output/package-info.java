// SPDX-License-Identifier: Apache-2.0
/** The outputs that need nothing but the JDK. */
@NullMarked
package io.millrace.core.output;

import org.jspecify.annotations.NullMarked;
