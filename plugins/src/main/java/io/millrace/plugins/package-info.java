// SPDX-License-Identifier: Apache-2.0

/**
 * Drop-in plugins: every zip and jar of a directory is checked, loaded in a class loader of its own that sees the API and
 * the JDK and nothing else of the host, and asked for its providers. One bad plugin never stops the others.
 */
@NullMarked
package io.millrace.plugins;

import org.jspecify.annotations.NullMarked;
