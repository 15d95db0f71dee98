// SPDX-License-Identifier: Apache-2.0
/**
 * What an author of a plugin gives a suite that is run from outside of the plugin's build, such as by {@code millrace tck}: a
 * {@link io.millrace.testkit.bench.TestBench} that feeds a source, or looks at a target.
 */
@NullMarked
package io.millrace.testkit.bench;

import org.jspecify.annotations.NullMarked;
