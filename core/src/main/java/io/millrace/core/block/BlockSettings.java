// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.block;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;

/**
 * The limits of one builder.
 *
 * @param maxBytes {@code block.max-bytes}: a block is cut before it grows beyond this, unless a single record is larger
 *     or a run of unmarked records is
 * @param maxRecordBytes {@code record.max-bytes}: key, value and headers of one record together
 * @param maxRecordsPerSecond {@code receiver.max-rate}: 0 for no limit
 */
public record BlockSettings(int maxBytes, int maxRecordBytes, long maxRecordsPerSecond) {
    /** 1 MiB, 8 MiB, no limit. */
    public static final BlockSettings DEFAULTS = new BlockSettings(1 << 20, 8 << 20, 0);

    private static final int LEAST_BLOCK = 1 << 10;
    private static final int GREATEST = 1 << 30;

    public BlockSettings {
        if (maxBytes < LEAST_BLOCK || maxBytes > GREATEST) {
            throw invalid("block.max-bytes = " + maxBytes + ": set it to 1KiB or more and 1GiB or less");
        }
        if (maxRecordBytes < 1 || maxRecordBytes > GREATEST) {
            throw invalid("record.max-bytes = " + maxRecordBytes + ": set it to 1 byte or more and 1GiB or less");
        }
        if (maxRecordsPerSecond < 0) {
            throw invalid("receiver.max-rate = " + maxRecordsPerSecond
                    + ": set it to a number of records per second, or to 0 for no limit");
        }
    }

    private static MillraceException invalid(String message) {
        return new MillraceException(ErrorCode.USER_CONFIG, message);
    }
}
