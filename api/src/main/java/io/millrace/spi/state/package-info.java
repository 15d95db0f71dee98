// SPDX-License-Identifier: Apache-2.0
/** State beyond memory. No implementation yet: experimental. */
@NullMarked
package io.millrace.spi.state;

import org.jspecify.annotations.NullMarked;
