// SPDX-License-Identifier: Apache-2.0

/** The servers as JUnit extensions, for modules that have JUnit themselves. */
@NullMarked
package io.millrace.servers.junit;

import org.jspecify.annotations.NullMarked;
