// SPDX-License-Identifier: Apache-2.0
/** Hash tables that combine values by key, made for the hot path: no removal, no iterators, no thread safety. */
@NullMarked
package io.millrace.core.table;

import org.jspecify.annotations.NullMarked;
