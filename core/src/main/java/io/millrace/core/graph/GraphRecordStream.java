// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.graph;

import io.millrace.api.DStream;
import io.millrace.api.PairDStream;
import io.millrace.api.RecordStream;
import io.millrace.api.SliceLongDStream;
import io.millrace.api.function.FilterFunction;
import io.millrace.api.function.FlatMapFunction;
import io.millrace.api.function.MapFunction;
import io.millrace.api.function.PairFlatMapFunction;
import io.millrace.api.function.PairFunction;
import io.millrace.api.function.SliceLongFunction;
import io.millrace.api.source.RecordView;
import io.millrace.api.source.Source;
import io.millrace.core.operator.Operators;

/** A stream of record views: each method adds a node. */
public final class GraphRecordStream implements RecordStream {
    private final Graph graph;
    private final GraphStream<RecordView> views;

    public GraphRecordStream(Graph graph, Node node) {
        this.graph = graph;
        this.views = new GraphStream<>(graph, node);
    }

    /** Decodes with a decoder for each task. */
    public <T> DStream<T> decode(Source.DecoderSupplier<T> decoder) {
        return new GraphStream<>(
                graph,
                new Node.Narrow(
                        graph,
                        "decode",
                        views.node,
                        false,
                        (batch, next) -> new Operators.Map(GraphStream.erase(decoder.get()), next)));
    }

    @Override
    public RecordStream filter(FilterFunction<RecordView> predicate) {
        return new GraphRecordStream(graph, views.filtered(predicate));
    }

    @Override
    public <T> DStream<T> map(MapFunction<RecordView, ? extends T> decoder) {
        return views.map(decoder);
    }

    @Override
    public <T> DStream<T> flatMap(FlatMapFunction<RecordView, ? extends T> decoder) {
        return views.flatMap(decoder);
    }

    @Override
    public <K, V> PairDStream<K, V> mapToPair(PairFunction<RecordView, ? extends K, ? extends V> decoder) {
        return views.mapToPair(decoder);
    }

    @Override
    public <K, V> PairDStream<K, V> flatMapToPair(PairFlatMapFunction<RecordView, K, V> decoder) {
        return views.flatMapToPair(decoder);
    }

    @Override
    public SliceLongDStream flatMapToSliceLong(SliceLongFunction function) {
        return new GraphSliceLongStream(
                graph,
                new Node.Narrow(
                        graph,
                        "flatMapToSliceLong",
                        views.node,
                        false,
                        (batch, next) -> new Operators.FlatMapToSliceLong(function, next)));
    }
}
