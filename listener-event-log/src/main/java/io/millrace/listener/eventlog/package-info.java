// SPDX-License-Identifier: Apache-2.0

/** Every event of a streaming context in a file, one JSON object per line. */
@NullMarked
package io.millrace.listener.eventlog;

import org.jspecify.annotations.NullMarked;
