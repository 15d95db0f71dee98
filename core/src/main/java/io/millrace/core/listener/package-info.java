// SPDX-License-Identifier: Apache-2.0
/** Tells listeners what happens, without ever waiting for one. */
@NullMarked
package io.millrace.core.listener;

import org.jspecify.annotations.NullMarked;
