// SPDX-License-Identifier: Apache-2.0
package io.millrace.sketches;

import io.millrace.api.DStream;
import io.millrace.api.PairDStream;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import java.util.List;

/**
 * Streams of sketches: one of each batch, or of each key and batch. To count over more than a batch, keep them as any
 * value is kept, with the sketch's codec: {@code runningReduce(name, keys, DistinctSketch.codec(), DistinctSketch::union)}
 * for all time, {@code reduceByKeyAndWindow} for a window.
 *
 * @since 0.1
 */
public final class Sketches {
    private Sketches() {}

    /**
     * The different values of each batch: one sketch, none of an empty batch.
     *
     * @param codec how values are told apart: those with the same bytes are the same
     */
    public static <T> DStream<DistinctSketch> distinct(DStream<T> values, Codec<T> codec) {
        return distinct(values, codec, DistinctSketch.USUAL_LG_K);
    }

    /** {@link #distinct(DStream, Codec)} of a given {@linkplain DistinctSketch#empty precision}. */
    public static <T> DStream<DistinctSketch> distinct(DStream<T> values, Codec<T> codec, int lgK) {
        DistinctSketch.empty(lgK); // a wrong precision is refused where it is written
        return values.<DistinctSketch>mapPartitions(partition -> {
                    DistinctSketch sketch = DistinctSketch.empty(lgK);
                    ByteWriter bytes = new ByteWriter(64);
                    for (T value : partition) {
                        sketch.add(bytes(codec, value, bytes));
                    }
                    return List.of(sketch);
                })
                .reduce(DistinctSketch::union)
                .filter(sketch -> sketch.estimate() > 0);
    }

    /**
     * The different values of each key in each batch.
     *
     * @param codec how values are told apart: those with the same bytes are the same
     */
    public static <K, T> PairDStream<K, DistinctSketch> distinctByKey(PairDStream<K, T> values, Codec<T> codec) {
        return distinctByKey(values, codec, DistinctSketch.USUAL_LG_K);
    }

    /** {@link #distinctByKey(PairDStream, Codec)} of a given {@linkplain DistinctSketch#empty precision}. */
    public static <K, T> PairDStream<K, DistinctSketch> distinctByKey(
            PairDStream<K, T> values, Codec<T> codec, int lgK) {
        DistinctSketch.empty(lgK);
        return values.<DistinctSketch>combineByKey(
                first -> DistinctSketch.empty(lgK).add(bytes(codec, first, new ByteWriter(64))),
                (sketch, value) -> sketch.add(bytes(codec, value, new ByteWriter(64))),
                DistinctSketch::union);
    }

    /** How the values of each batch are distributed: one sketch, none of an empty batch. NaN is left out. */
    public static DStream<QuantilesSketch> quantiles(DStream<Double> values) {
        return quantiles(values, QuantilesSketch.USUAL_K);
    }

    /** {@link #quantiles(DStream)} of a given {@linkplain QuantilesSketch#empty precision}. */
    public static DStream<QuantilesSketch> quantiles(DStream<Double> values, int k) {
        QuantilesSketch.empty(k);
        return values.<QuantilesSketch>mapPartitions(partition -> {
                    QuantilesSketch sketch = QuantilesSketch.empty(k);
                    for (double value : partition) {
                        sketch.add(value);
                    }
                    return List.of(sketch);
                })
                .reduce(QuantilesSketch::merge)
                .filter(sketch -> sketch.count() > 0);
    }

    /** How the values of each key in each batch are distributed. NaN is left out. */
    public static <K> PairDStream<K, QuantilesSketch> quantilesByKey(PairDStream<K, Double> values) {
        return quantilesByKey(values, QuantilesSketch.USUAL_K);
    }

    /** {@link #quantilesByKey(PairDStream)} of a given {@linkplain QuantilesSketch#empty precision}. */
    public static <K> PairDStream<K, QuantilesSketch> quantilesByKey(PairDStream<K, Double> values, int k) {
        QuantilesSketch.empty(k);
        return values.<QuantilesSketch>combineByKey(
                first -> QuantilesSketch.empty(k).add(first), QuantilesSketch::add, QuantilesSketch::merge);
    }

    private static <T> byte[] bytes(Codec<T> codec, T value, ByteWriter out) {
        out.clear();
        codec.encode(value, out);
        return out.toByteArray();
    }
}
