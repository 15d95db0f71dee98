// SPDX-License-Identifier: Apache-2.0
/** Where batches go, exactly once, as a program describes it: the counterpart of {@code io.millrace.api.source}. */
@NullMarked
package io.millrace.api.sink;

import org.jspecify.annotations.NullMarked;
