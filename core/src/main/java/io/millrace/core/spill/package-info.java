// SPDX-License-Identifier: Apache-2.0
/** State beyond memory: the keys used lately are in memory, the others in a state store, which is only a cache. */
@NullMarked
package io.millrace.core.spill;

import org.jspecify.annotations.NullMarked;
