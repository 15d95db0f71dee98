// SPDX-License-Identifier: Apache-2.0
/** Programs whose outputs are exactly once. */
package io.millrace.examples.sinks;
