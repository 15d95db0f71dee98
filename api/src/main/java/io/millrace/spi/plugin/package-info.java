// SPDX-License-Identifier: Apache-2.0
/** What every plugin has: a provider with a name and settings, found by name, and a context that owns what it starts. */
@NullMarked
package io.millrace.spi.plugin;

import org.jspecify.annotations.NullMarked;
