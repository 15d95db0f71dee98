// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.bench;

import io.millrace.api.StreamClock;
import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.RecordView;
import java.util.Map;
import java.util.Optional;

/**
 * Fills what a direct source reads; {@code docs/spec/receiver.md} says what is proved with it.
 *
 * @since 0.1
 */
public interface DirectBench extends TestBench {
    /**
     * A source for one test: its own, and empty.
     *
     * @param given the settings of the provider that the user gave, such as where a broker is
     * @throws io.millrace.api.MillraceException of code {@code USER_CONFIG} if something is missing, in words that say what to
     *     give
     */
    FilledSource open(Map<String, String> given) throws Exception;

    /**
     * The source of one test. Closing it removes it.
     *
     * @since 0.1
     */
    interface FilledSource extends AutoCloseable {
        /** The settings that read this source from its beginning, the given ones among them. */
        Map<String, String> settings() throws Exception;

        /**
         * Has the source hold one record more for each of these numbers. Its value is the number in decimals, unless {@link
         * #number} says otherwise.
         */
        void produce(int from, int until) throws Exception;

        /** Which number a record stands for. */
        default long number(RecordView view) {
            return Long.parseLong(view.valueUtf8());
        }

        /** The clock that the source is opened with; empty for this machine's. */
        default Optional<StreamClock> clock() {
            return Optional.empty();
        }

        /** Whether a plan keeps its limit to the record. */
        default boolean dividesAnywhere() {
            return true;
        }

        /** Whether the source can forget records, which {@link #forget} then has it do; the kit asserts the answer. */
        default boolean forgets() {
            return false;
        }

        /** Has the source forget all records that it holds, as retention would. */
        default void forget() throws Exception {
            throw new UnsupportedOperationException("this source forgets nothing");
        }

        /** A range of what the source never held, one behind {@code last}; empty for a partition that does not exist. */
        default Optional<OffsetRange> missing(OffsetRange last) {
            return Optional.empty();
        }

        @Override
        void close() throws Exception;
    }
}
