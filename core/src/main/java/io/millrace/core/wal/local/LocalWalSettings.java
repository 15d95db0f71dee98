// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.Settings;

/**
 * How a local store is set up.
 *
 * @param segmentBytes how large a segment becomes at most
 * @param minFreeBytes how much room on the disk is left to others, and to small logs when a large one has used the rest
 * @param allowRemote whether a network file system is taken, whose locks and syncs may not be what they claim
 */
public record LocalWalSettings(long segmentBytes, long minFreeBytes, boolean allowRemote) {
    private static final ConfigOption<Long> SEGMENT_SIZE = ConfigOption.size(
                    "segment.size",
                    1 << 10,
                    1L << 40,
                    "How large a segment file becomes at most; a trim frees whole segments")
            .withDefault("256MiB");
    private static final ConfigOption<Long> MIN_FREE = ConfigOption.size(
                    "min-free",
                    0,
                    Long.MAX_VALUE,
                    "No file is made that would leave less room than this on the disk: appends wait; a log smaller than"
                            + " this may still grow, so that the facts that free room are not held up")
            .withDefault("128MiB");
    private static final ConfigOption<Boolean> ALLOW_REMOTE = ConfigOption.flag(
                    "allow-remote-fs", "Take a network file system although its locks may not hold")
            .withDefault("false");

    /** What a provider's settings may be. */
    static final ConfigSpec SPEC = ConfigSpec.of(SEGMENT_SIZE, MIN_FREE, ALLOW_REMOTE);

    /** The defaults. */
    public static final LocalWalSettings DEFAULT = new LocalWalSettings(256 << 20, 128 << 20, false);

    static LocalWalSettings of(Settings settings) {
        return new LocalWalSettings(settings.get(SEGMENT_SIZE), settings.get(MIN_FREE), settings.get(ALLOW_REMOTE));
    }
}
