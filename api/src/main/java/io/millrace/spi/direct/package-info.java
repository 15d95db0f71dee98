// SPDX-License-Identifier: Apache-2.0
/** Direct streams: sources that can be read again by range, and need no log of their data. */
@NullMarked
package io.millrace.spi.direct;

import org.jspecify.annotations.NullMarked;
