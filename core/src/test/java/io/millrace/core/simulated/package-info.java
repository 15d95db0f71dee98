// SPDX-License-Identifier: Apache-2.0
/** What runs in a simulation: a program, the world around it, and the pieces with which a bug is planted. */
package io.millrace.core.simulated;
