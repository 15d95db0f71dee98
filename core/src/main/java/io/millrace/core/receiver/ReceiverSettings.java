// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.receiver;

import static java.util.Objects.requireNonNull;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.block.BlockSettings;
import java.time.Duration;

/**
 * The settings of one input.
 *
 * @param blocks the limits of a block
 * @param blockInterval {@code block.interval}: how long a record waits at most before its block is cut
 * @param maxUnacknowledged {@code receiver.max-unacknowledged}: how many bytes may be in blocks that are not durable
 * @param callTimeout {@code receiver.call-timeout}: a call into the receiver that takes longer counts as hung
 */
public record ReceiverSettings(
        BlockSettings blocks, Duration blockInterval, long maxUnacknowledged, Duration callTimeout) {
    /** 1 MiB or 50 ms a block, 16 MiB on their way, half a minute a call. */
    public static final ReceiverSettings DEFAULTS =
            new ReceiverSettings(BlockSettings.DEFAULTS, Duration.ofMillis(50), 16 << 20, Duration.ofSeconds(30));

    public ReceiverSettings {
        requireNonNull(blocks, "blocks is null");
        requirePositive("block.interval", blockInterval);
        requirePositive("receiver.call-timeout", callTimeout);
    }

    private static void requirePositive(String key, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG, key + " = " + value.toMillis() + "ms: set it to more than nothing");
        }
    }
}
