// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.wal;

import java.time.Duration;
import java.util.Set;

/**
 * What a store can do and how it likes to be used.
 *
 * @param durability what survives once an append is acknowledged
 * @param supported the optional abilities
 * @param maxInFlight how many appends may wait for their completion at once
 * @param maxBatchBytes the largest single append
 * @param maxUnacknowledgedBytes how many bytes should be on their way at most: rate times worst latency
 * @param linger how long a batch should be held back to grow; zero unless requests cost money
 * @since 0.1
 */
public record WalCapabilities(
        Durability durability,
        Set<WalCapability> supported,
        int maxInFlight,
        int maxBatchBytes,
        long maxUnacknowledgedBytes,
        Duration linger) {
    public WalCapabilities {
        supported = Set.copyOf(supported);
    }

    /** Whether the store has the ability. */
    public boolean has(WalCapability capability) {
        return supported.contains(capability);
    }

    /** What an acknowledged append survives. */
    public enum Durability {
        /** Nothing: it dies with the process. */
        PROCESS,
        /** The end of the process and a loss of power, not the loss of the machine's disk. */
        NODE,
        /** The loss of a machine, but not of power on all replicas at once. */
        REPLICATED_MEMORY,
        /** The loss of a machine and of power everywhere. */
        REPLICATED_DISK,
        /** The loss of a data centre. */
        REGION
    }
}
