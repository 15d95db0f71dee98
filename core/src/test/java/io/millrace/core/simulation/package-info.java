// SPDX-License-Identifier: Apache-2.0
/**
 * A scheduler in the place of the system's: one thread of a program runs at a time, and a seed decides which and for how
 * long. Classes that are loaded through {@link io.millrace.core.simulation.SimulatedClasses} have every place where they
 * wait, wake, start a thread or ask for the time changed to call it.
 */
package io.millrace.core.simulation;
