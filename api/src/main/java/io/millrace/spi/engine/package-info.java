// SPDX-License-Identifier: Apache-2.0
/** How the API finds the engine. Implemented by {@code core}; no other module needs it. */
@NullMarked
package io.millrace.spi.engine;

import org.jspecify.annotations.NullMarked;
