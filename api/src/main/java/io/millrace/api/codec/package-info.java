// SPDX-License-Identifier: Apache-2.0
/** How values become bytes on durable storage: formats with an id and a version, never with a class name. */
@NullMarked
package io.millrace.api.codec;

import org.jspecify.annotations.NullMarked;
