// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.sink;

/**
 * On whose behalf a sink is written.
 *
 * @param programId the program
 * @param output the output's name
 * @param epoch the number of this start of the program, counted by its ledger: whoever has a lower one was replaced
 * @since 0.1
 */
public record SinkOwner(String programId, String output, long epoch) {}
