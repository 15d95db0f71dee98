// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.stream;

/**
 * A program under test: declares inputs, operators and outputs. Called once for every start, so that whatever it holds is
 * new after each restart, as in a new process.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface StreamProgram {
    /** Declares the program. */
    void declare(TestStreams streams);
}
