// SPDX-License-Identifier: Apache-2.0
/** Exactly-once outputs, of two classes. */
@NullMarked
package io.millrace.spi.sink;

import org.jspecify.annotations.NullMarked;
