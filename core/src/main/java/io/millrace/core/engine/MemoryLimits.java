// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.Settings;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many bytes a program may have in memory of each kind. What is not set follows the heap.
 *
 * @param batch of receivers' blocks, in one batch
 * @param blocks of blocks that wait for their batch
 * @param unacknowledged of each receiver, on their way to the log
 * @param state of state, where there is a store for the rest
 */
record MemoryLimits(long batch, long blocks, long unacknowledged, long state) {
    private static final long MIB = 1L << 20;

    /** The limits of a program; those that are not set fit into a heap of so many bytes, however many inputs there are. */
    static MemoryLimits of(Settings settings, int inputs, long heap) {
        long ofEach = heap / Math.max(16, 4L * inputs);
        return new MemoryLimits(
                settings.find(EngineOptions.BATCH_MAX_BYTES).orElse(heap / 8),
                settings.find(EngineOptions.BLOCK_MEMORY).orElse(Math.min(256 * MIB, heap / 8)),
                settings.find(EngineOptions.MAX_UNACKNOWLEDGED).orElse(Math.min(16 * MIB, ofEach)),
                settings.find(EngineOptions.STATE_MEMORY).orElse(Math.min(256 * MIB, heap / 4)));
    }

    /**
     * Refuses limits which together are more than the heap.
     *
     * @throws MillraceException naming those that were set, or all if none was
     */
    void check(String program, Settings settings, int inputs, long heap) {
        Map<ConfigOption<Long>, Long> needed = new LinkedHashMap<>();
        needed.put(EngineOptions.BATCH_MAX_BYTES, batch);
        needed.put(EngineOptions.BLOCK_MEMORY, blocks);
        needed.put(EngineOptions.MAX_UNACKNOWLEDGED, unacknowledged);
        if (settings.find(EngineOptions.STATE_STORE).isPresent()) {
            needed.put(EngineOptions.STATE_MEMORY, state);
        }
        long sum = needed.values().stream().mapToLong(Long::longValue).sum() + (inputs - 1L) * unacknowledged;
        if (sum > heap) {
            StringBuilder limits = new StringBuilder();
            needed.forEach((option, bytes) -> limits.append(limits.length() == 0 ? "" : ", ")
                    .append(option.key())
                    .append(" = ")
                    .append(bytes)
                    .append(
                            option.equals(EngineOptions.MAX_UNACKNOWLEDGED)
                                    ? " for each of " + inputs + " inputs"
                                    : ""));
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "'" + program + "' may have " + sum + " bytes in memory (" + limits + "), and its heap has " + heap
                            + ": lower these limits, or give it more heap (-Xmx)");
        }
    }
}
