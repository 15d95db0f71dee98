// SPDX-License-Identifier: Apache-2.0
/**
 * Where logs are stored. A store moves opaque bytes, in order, durably, for one fenced writer; framing, checksums, group
 * commit and recovery are the engine's.
 */
@NullMarked
package io.millrace.spi.wal;

import org.jspecify.annotations.NullMarked;
