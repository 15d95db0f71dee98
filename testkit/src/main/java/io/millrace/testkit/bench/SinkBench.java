// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.bench;

import java.util.List;
import java.util.Map;

/**
 * Sees what a sink has written; {@code docs/spec/sink.md} says what is proved with it.
 *
 * @since 0.1
 */
public interface SinkBench extends TestBench {
    /**
     * A target for one test: its own, and empty.
     *
     * @param given the settings of the provider that the user gave, such as where a broker is
     * @throws io.millrace.api.MillraceException of code {@code USER_CONFIG} if something is missing, in words that say what to
     *     give
     */
    Target open(Map<String, String> given) throws Exception;

    /**
     * The target of one test. Closing it removes it.
     *
     * @since 0.1
     */
    interface Target extends AutoCloseable {
        /**
         * The settings by which a sink writes to this target, the given ones among them.
         *
         * @param output the name of the output whose sink it is; all outputs write to the one target
         */
        Map<String, String> settings(String output) throws Exception;

        /** An element that the sink takes and that stands for a number. */
        Object element(int number);

        /** The numbers whose elements are visible to a reader that sees only what is committed, as often as they are there. */
        List<Integer> visible() throws Exception;

        /** How many things are prepared and not finished. Asked for only if the sink is a resumable one. */
        default int leftovers() throws Exception {
            throw new UnsupportedOperationException("the bench does not say what is left over");
        }

        @Override
        void close() throws Exception;
    }
}
