// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.sink;

/**
 * On whose behalf a sink is written.
 *
 * @param programId the program
 * @param output the output's name
 * @param identity the random name of the program's checkpoint, which no other checkpoint has, at most 50
 *     characters; empty if the program has no checkpoint, so that no later start goes on from this one
 * @param epoch the number of this start of the program, counted by its ledger: a process with the same
 *     identity and a lower epoch was replaced. Epochs of different identities must not be compared
 * @since 0.1
 */
public record SinkOwner(String programId, String output, String identity, long epoch) {}
