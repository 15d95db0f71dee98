// SPDX-License-Identifier: Apache-2.0
/** The invariants of the engine, one class each, which tries to break it at the level of whole programs. */
package io.millrace.core.invariant;
