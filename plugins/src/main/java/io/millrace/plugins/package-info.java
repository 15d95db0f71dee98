// SPDX-License-Identifier: Apache-2.0

/** Drop-in plugins: found, checked, loaded, isolated, started and stopped. */
@NullMarked
package io.millrace.plugins;

import org.jspecify.annotations.NullMarked;
