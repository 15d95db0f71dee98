// SPDX-License-Identifier: Apache-2.0
package io.millrace.state.mvstore;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.api.source.Source;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.direct.RangeReader;
import io.millrace.spi.direct.ValueChunk;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** An input of the numbers from 0 on that is read by range. */
final class NumbersByRange implements DirectSourceProvider {
    private static final String PARTITION = "ranges-0";

    private final AtomicLong available = new AtomicLong();

    /** How many numbers there are. */
    void available(long count) {
        available.set(count);
    }

    Source<Long> source() {
        return new Source<>(null, name(), Map.of(), () -> record -> Long.parseLong(record.valueUtf8()), this);
    }

    @Override
    public String name() {
        return "ranges";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public DirectSource open(PluginContext context) {
        return new Open();
    }

    private final class Open implements DirectSource {
        @Override
        public Map<String, Position> start(Map<String, Position> known) {
            return Map.of(PARTITION, Position.of(0));
        }

        @Override
        public Map<String, Position> available() {
            return Map.of(PARTITION, Position.of(available.get()));
        }

        @Override
        public Position beginning(String partition) {
            return Position.of(0);
        }

        @Override
        public List<OffsetRange> plan(Map<String, Position> from, long limit) {
            long begin = from.getOrDefault(PARTITION, Position.of(0)).number();
            long until = Math.min(available.get(), begin + limit);
            return until == begin
                    ? List.of()
                    : List.of(new OffsetRange(PARTITION, Position.of(begin), Position.of(until), until - begin));
        }

        @Override
        public RangeReader reader() {
            return new Reader();
        }

        @Override
        public void committed(Map<String, Position> positions) {}

        @Override
        public void close() {}
    }

    private static final class Reader implements RangeReader {
        private @Nullable OffsetRange range;

        @Override
        public void open(OffsetRange next) {
            range = next;
        }

        @Override
        public @Nullable Chunk fetch() {
            OffsetRange current = range;
            range = null;
            if (current == null) {
                return null;
            }
            long from = current.from().number();
            List<byte[]> values = new ArrayList<>();
            LongStream.range(from, current.until().number())
                    .forEach(number -> values.add(Long.toString(number).getBytes(StandardCharsets.UTF_8)));
            return new ValueChunk(PARTITION, from, values);
        }

        @Override
        public void close() {}
    }
}
