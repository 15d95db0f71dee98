// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.bench;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Feeds what a receiver receives from; {@code docs/spec/receiver.md} says what is proved with it.
 *
 * @since 0.1
 */
public interface ReceiverBench extends TestBench {
    /**
     * A source for one test: its own, and empty.
     *
     * @param given the settings of the provider that the user gave, such as where a broker is
     * @throws io.millrace.api.MillraceException of code {@code USER_CONFIG} if something is missing, in words that say what to
     *     give
     */
    FedSource open(Map<String, String> given) throws Exception;

    /**
     * The source of one test. Closing it removes it.
     *
     * @since 0.1
     */
    interface FedSource extends AutoCloseable {
        /** The settings by which a receiver reads this source from its beginning, the given ones among them. */
        Map<String, String> settings() throws Exception;

        /**
         * Has the source send one record for each value, in this order if it has one partition; of several partitions, each
         * in this order. A source that serves only connected clients waits until one is connected. The record's value is the text
         * in UTF-8.
         */
        void send(List<String> values) throws Exception;

        /**
         * The values of the records that the source was told to be done with, as it sees it now. Asked for only if the
         * receiver promises positions or tokens, and the source is told.
         */
        default Set<String> acknowledged() throws Exception {
            return Set.of();
        }

        /** Whether the source is told what was taken; one that keeps its records, as a table does, is not. */
        default boolean isTold() {
            return true;
        }

        /** Whether the receiver says of partitions with nothing to read that they are idle; the kit asserts the answer. */
        default boolean tellsIdle() {
            return false;
        }

        @Override
        void close() throws Exception;
    }
}
