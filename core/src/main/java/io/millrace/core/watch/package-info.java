// SPDX-License-Identifier: Apache-2.0
/** What holds a program up: conditions that somebody should look at, who is told of them, and who finds them out. */
@NullMarked
package io.millrace.core.watch;

import org.jspecify.annotations.NullMarked;
