// SPDX-License-Identifier: Apache-2.0
/** Time as the host has it. */
@NullMarked
package io.millrace.core.clock;

import org.jspecify.annotations.NullMarked;
