// SPDX-License-Identifier: Apache-2.0

/**
 * Where the engine meets plugins: it finds providers by name wherever they come from, gives what they make a context that
 * owns what it starts, and makes every call with the plugin's class loader as the thread's context class loader.
 */
@NullMarked
package io.millrace.core.plugin;

import org.jspecify.annotations.NullMarked;
