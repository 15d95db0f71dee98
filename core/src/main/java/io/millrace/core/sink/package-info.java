// SPDX-License-Identifier: Apache-2.0
/**
 * Outputs that go to sinks: what the engine does so that each batch is in the target once, whichever of the two classes
 * the sink is of.
 */
@NullMarked
package io.millrace.core.sink;

import org.jspecify.annotations.NullMarked;
