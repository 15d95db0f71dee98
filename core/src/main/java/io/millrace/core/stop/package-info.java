// SPDX-License-Identifier: Apache-2.0
/** Stops that come from outside the program: the end of the JVM, and a request in a file. */
@NullMarked
package io.millrace.core.stop;

import org.jspecify.annotations.NullMarked;
