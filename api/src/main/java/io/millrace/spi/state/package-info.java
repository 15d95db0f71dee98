// SPDX-License-Identifier: Apache-2.0
/** State beyond memory: stores for the keys of a state that were not used lately. Experimental. */
@NullMarked
package io.millrace.spi.state;

import org.jspecify.annotations.NullMarked;
