// SPDX-License-Identifier: Apache-2.0
/** How files are made that only the user of the program may read. */
@NullMarked
package io.millrace.core.file;

import org.jspecify.annotations.NullMarked;
