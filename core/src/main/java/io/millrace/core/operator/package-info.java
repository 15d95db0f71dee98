// SPDX-License-Identifier: Apache-2.0
/** The steps of a task, fused by pushing: each operator calls the next. */
@NullMarked
package io.millrace.core.operator;

import org.jspecify.annotations.NullMarked;
