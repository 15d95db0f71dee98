// SPDX-License-Identifier: Apache-2.0
/** Looks at what a program has on durable storage, without disturbing a program that runs. */
@NullMarked
package io.millrace.core.checkpoint;

import org.jspecify.annotations.NullMarked;
