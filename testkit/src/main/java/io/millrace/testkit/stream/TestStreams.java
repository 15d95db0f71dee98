// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.stream;

import io.millrace.api.DStream;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codec;
import io.millrace.api.codec.Codecs;

/**
 * What a program under test is declared with.
 *
 * @since 0.1
 */
public interface TestStreams {
    /** The context, for what is declared on it and not here. */
    StreamingContext context();

    /**
     * The input of this name: batch n holds the nth list given to {@link StreamHarness#batches}, and nothing when there
     * are no more lists. After a restart a batch that was planned reads the same elements again.
     *
     * @param codec carries the elements to the tasks as bytes, as a real source does
     */
    <T> DStream<T> input(String name, Codec<T> codec);

    /** An input of pairs. */
    default <K, V> PairDStream<K, V> pairs(String name, Codec<K> keys, Codec<V> values) {
        return input(name, Codecs.pair(keys, values)).mapToPair(pair -> Pair.of(pair.key(), pair.value()));
    }

    /** Declares an output whose batches are kept, for {@link StreamResults#assertOutput}. */
    <T> void collect(String output, DStream<T> stream);
}
