// SPDX-License-Identifier: Apache-2.0
/** What a program and its operators are told: every step of every batch, as events. */
@NullMarked
package io.millrace.api.listener;

import org.jspecify.annotations.NullMarked;
