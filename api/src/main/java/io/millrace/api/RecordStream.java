// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import io.millrace.api.function.FilterFunction;
import io.millrace.api.function.FlatMapFunction;
import io.millrace.api.function.MapFunction;
import io.millrace.api.function.PairFlatMapFunction;
import io.millrace.api.function.PairFunction;
import io.millrace.api.function.SliceLongFunction;
import io.millrace.api.source.RecordView;

/**
 * The records of a source as they lie in memory: {@link RecordView}s, which are valid during the call only. Its
 * operators therefore all lead to something that owns its data.
 *
 * @since 0.1
 */
public interface RecordStream {
    /** Keeps the records for which {@code predicate} holds. */
    RecordStream filter(FilterFunction<RecordView> predicate);

    /** Decodes each record; the result must not refer to the view. */
    <T> DStream<T> map(MapFunction<RecordView, ? extends T> decoder);

    /** Decodes each record into any number of elements; none must refer to the view. */
    <T> DStream<T> flatMap(FlatMapFunction<RecordView, ? extends T> decoder);

    /** Decodes each record into a pair, which must not refer to the view. */
    <K, V> PairDStream<K, V> mapToPair(PairFunction<RecordView, ? extends K, ? extends V> decoder);

    /** Decodes each record into any number of pairs, which must not refer to the view. */
    <K, V> PairDStream<K, V> flatMapToPair(PairFlatMapFunction<RecordView, K, V> decoder);

    /**
     * Emits, for each record, any number of byte-string keys with a {@code long} each, without an object per key: the
     * fastest way from bytes to totals. Slices may point into the view.
     */
    SliceLongDStream flatMapToSliceLong(SliceLongFunction function);
}
