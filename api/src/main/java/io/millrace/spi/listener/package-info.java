// SPDX-License-Identifier: Apache-2.0
/** Listeners that come as plugins. */
@NullMarked
package io.millrace.spi.listener;

import org.jspecify.annotations.NullMarked;
