// SPDX-License-Identifier: Apache-2.0
/** What a system that is measured is asked to do, how it measures itself, and the one line that it answers with. */
@NullMarked
package io.millrace.benchmarks.measure;

import org.jspecify.annotations.NullMarked;
