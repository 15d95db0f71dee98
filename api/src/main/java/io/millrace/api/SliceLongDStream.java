// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import io.millrace.api.function.LongReduceFunction;
import io.millrace.api.function.SliceLongMapFunction;

/**
 * A stream of (byte-string key, {@code long} value) in which neither becomes an object: keys are looked up as bytes and
 * copied once, when first seen.
 *
 * @since 0.1
 */
public interface SliceLongDStream {
    /** One entry per key and batch: all its values combined by {@code function}, associative and commutative. */
    SliceLongDStream reduceByKey(LongReduceFunction function);

    /**
     * Keeps a total per key for ever and emits the keys touched with their new totals: the primitive form of
     * {@link PairDStream#runningReduce}. Keys and totals reach the state's log in the formats of
     * {@link io.millrace.api.codec.Codecs#BYTES} and {@link io.millrace.api.codec.Codecs#LONG}.
     *
     * @param name identifies the state for ever; unique in the program
     */
    SliceLongDStream runningReduce(String name, LongReduceFunction function);

    /** Makes an element of each entry; the key slice is valid during the call only. */
    <T> DStream<T> map(SliceLongMapFunction<? extends T> function);
}
