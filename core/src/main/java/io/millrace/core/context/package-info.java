// SPDX-License-Identifier: Apache-2.0
/** The program's handle: what {@code io.millrace.api} promises of a streaming context. */
@NullMarked
package io.millrace.core.context;

import org.jspecify.annotations.NullMarked;
