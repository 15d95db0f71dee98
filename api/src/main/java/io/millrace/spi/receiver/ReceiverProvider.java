// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.receiver;

import io.millrace.api.source.Position;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.Provider;
import java.util.Map;

/**
 * Makes receivers.
 *
 * @since 0.1
 */
public interface ReceiverProvider extends Provider {
    /** What the receivers promise. */
    Guarantee guarantee();

    /**
     * Checks what can be checked before anything starts: the source is reachable, the topics exist.
     *
     * @throws io.millrace.api.MillraceException naming the setting, its value and the next step
     */
    default void validate(PluginContext context) {}

    /**
     * Where this program has read to, by partition, as far as receivers of earlier processes acknowledged it to the source
     * and that remembers it under the program's name; empty if nothing is known. Asked once, before the first receiver is
     * made: a program that has read its input must not begin anew without a word when it is started on an empty or a wrong
     * checkpoint, nor read again what came after an older copy of its checkpoint.
     */
    default Map<String, Position> published(PluginContext context) {
        return Map.of();
    }

    /** Makes a receiver, which is not started. Called again for each restart. */
    Receiver create(PluginContext context);

    /** How a receiver's source takes part in "nothing lost, nothing twice". */
    enum Guarantee {
        /** Appends with positions; the ledger admits each record once. Nothing lost, nothing twice. */
        POSITIONS,
        /** Appends with ack tokens: acknowledged after the log, redelivered otherwise. Nothing lost. */
        ACK_TOKENS,
        /** The source forgets what it sent. What was not in the log when the process died is lost. */
        NONE
    }
}
