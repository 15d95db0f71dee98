// SPDX-License-Identifier: Apache-2.0
/**
 * What a program is written in: {@link io.millrace.api.StreamingContext}, {@link io.millrace.api.DStream} and the
 * operators between an input and an output.
 */
@NullMarked
package io.millrace.api;

import org.jspecify.annotations.NullMarked;
