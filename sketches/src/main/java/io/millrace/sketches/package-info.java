// SPDX-License-Identifier: Apache-2.0
/**
 * Sketches: values that stand for many, are of a known size however many those are, and can be merged, which makes them
 * states and windows like any other value.
 */
@NullMarked
package io.millrace.sketches;

import org.jspecify.annotations.NullMarked;
