// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.direct;

import io.millrace.api.function.RecordConsumer;
import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.RecordView;
import org.jspecify.annotations.Nullable;

/**
 * Reads one range after another for a task slot, keeping its connection and what it fetched ahead in between. Called by
 * one thread at a time.
 *
 * @since 0.1
 */
public interface RangeReader extends AutoCloseable {
    /**
     * Starts reading a range. What an earlier range left unread is given up.
     *
     * @throws Exception if the source no longer has it, saying what is gone
     */
    void open(OffsetRange range) throws Exception;

    /**
     * Fetches the next records of the range.
     *
     * @return null at the end of the range
     * @throws Exception if the source fails or no longer has the records; the task fails with it
     */
    @Nullable
    Chunk fetch() throws Exception;

    /** Gives the connection back to wherever the source keeps them. */
    @Override
    void close();

    /** Records that are in memory. */
    interface Chunk {
        /**
         * Passes each record to {@code consumer}. Does no I/O and loads no class: it is called with the program's
         * context class loader, not the plugin's.
         *
         * @return how many records were passed
         * @throws Exception what the consumer throws, with which the task fails in any case
         */
        long forEach(RecordConsumer<RecordView> consumer) throws Exception;
    }
}
