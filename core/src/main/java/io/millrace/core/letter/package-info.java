// SPDX-License-Identifier: Apache-2.0
/** Elements that a batch did without, in a file that appears when the batch is committed. */
@NullMarked
package io.millrace.core.letter;

import org.jspecify.annotations.NullMarked;
