// SPDX-License-Identifier: Apache-2.0
/** State beyond memory: one MVStore file for each run of a program, which is gone with it. */
@NullMarked
package io.millrace.state.mvstore;

import org.jspecify.annotations.NullMarked;
