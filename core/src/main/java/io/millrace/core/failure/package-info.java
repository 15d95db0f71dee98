// SPDX-License-Identifier: Apache-2.0
/** Says what went wrong, whatever the thing that went wrong does when it is asked, and what may heal by itself. */
@NullMarked
package io.millrace.core.failure;

import org.jspecify.annotations.NullMarked;
