// SPDX-License-Identifier: Apache-2.0

/** What proves that a plugin's files are what a host loads: its zip or fat jar, looked at from outside. */
@NullMarked
package io.millrace.testkit.plugin;

import org.jspecify.annotations.NullMarked;
