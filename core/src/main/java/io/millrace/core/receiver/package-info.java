// SPDX-License-Identifier: Apache-2.0
/**
 * Keeps one receiver per input alive: starts it, watches over every call into it, replaces it when it fails, and turns
 * what it appends into blocks.
 */
@NullMarked
package io.millrace.core.receiver;

import org.jspecify.annotations.NullMarked;
