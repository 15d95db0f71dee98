// SPDX-License-Identifier: Apache-2.0

/** How a log is laid out in files: frames, segments, and what a torn tail is. */
@NullMarked
package io.millrace.wal.support;

import org.jspecify.annotations.NullMarked;
