// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.sink;

import java.time.Instant;
import java.util.Optional;

/**
 * What a target says of one output of a program: who claimed it last, and how far it has come.
 *
 * @param identity the identity that claimed it; empty if that was before there were identities
 * @param epoch the epoch that claimed it; 0 if no process did, and the target only says which batches it has
 * @param lastBatch the time of the newest batch that the target has; empty if it has none or cannot tell
 * @param place where a person finds that, such as {@code its row in millrace_batches}, for messages
 * @since 0.1
 */
public record SinkClaim(String identity, long epoch, Optional<Instant> lastBatch, String place) {
    /** Whether both are of one owner. */
    public boolean isOfSameOwner(SinkClaim other) {
        return identity.equals(other.identity) && epoch == other.epoch;
    }
}
