// SPDX-License-Identifier: Apache-2.0

/** What the stores that come with the engine share. */
@NullMarked
package io.millrace.core.wal;

import org.jspecify.annotations.NullMarked;
