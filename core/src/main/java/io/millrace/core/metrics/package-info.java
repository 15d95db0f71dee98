// SPDX-License-Identifier: Apache-2.0

/** Meters of the engine and of plugins, kept in a Micrometer registry. */
@NullMarked
package io.millrace.core.metrics;

import org.jspecify.annotations.NullMarked;
