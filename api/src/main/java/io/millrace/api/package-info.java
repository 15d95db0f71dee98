// SPDX-License-Identifier: Apache-2.0

/** What a program is written in: the streaming context, its streams and their operators. */
@NullMarked
package io.millrace.api;

import org.jspecify.annotations.NullMarked;
