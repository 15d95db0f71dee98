// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.micro;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.direct.RangeReader;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A direct source of four partitions that never have anything, so that a batch is nothing but its own cost. */
public final class EmptySourceProvider implements DirectSourceProvider {
    private static final Map<String, Position> NOTHING = IntStream.range(0, 4)
            .boxed()
            .collect(Collectors.toUnmodifiableMap(partition -> "empty-" + partition, partition -> Position.of(0)));

    @Override
    public String name() {
        return "empty";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public DirectSource open(PluginContext context) {
        return new Empty();
    }

    private static final class Empty implements DirectSource {
        @Override
        public Map<String, Position> start(Map<String, Position> known) {
            return NOTHING;
        }

        @Override
        public Map<String, Position> available() {
            return NOTHING;
        }

        @Override
        public Position beginning(String partition) {
            return Position.of(0);
        }

        @Override
        public List<OffsetRange> plan(Map<String, Position> from, long limit) {
            return from.entrySet().stream()
                    .map(partition ->
                            new OffsetRange(partition.getKey(), partition.getValue(), partition.getValue(), 0))
                    .toList();
        }

        @Override
        public RangeReader reader() {
            return new NothingToRead();
        }

        @Override
        public void committed(Map<String, Position> positions) {}

        @Override
        public void close() {}
    }

    private static final class NothingToRead implements RangeReader {
        @Override
        public void open(OffsetRange range) {}

        @Override
        public @Nullable Chunk fetch() {
            return null;
        }

        @Override
        public void close() {}
    }
}
