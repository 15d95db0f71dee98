// SPDX-License-Identifier: Apache-2.0
/** Receivers: what pushes records in, and acknowledges its source only after they are durable. */
@NullMarked
package io.millrace.spi.receiver;

import org.jspecify.annotations.NullMarked;
