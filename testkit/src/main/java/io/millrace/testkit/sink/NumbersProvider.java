// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.sink;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
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
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The numbers from 0 on as a direct source: the even ones in one partition, the odd ones in another, the same however
 * often they are read, and a few in each batch.
 *
 * @param count how many numbers there are; even
 * @param perBatch how many of a partition are planned for a batch
 */
record NumbersProvider(int count, int perBatch) implements DirectSourceProvider {
    @Override
    public String name() {
        return "numbers";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public DirectSource open(PluginContext context) {
        return new Numbers(count / 2, perBatch);
    }

    private static Map<String, Position> both(long position) {
        return new TreeMap<>(Map.of("0", Position.of(position), "1", Position.of(position)));
    }

    private record Numbers(int end, int perBatch) implements DirectSource {
        @Override
        public Map<String, Position> start(Map<String, Position> known) {
            return both(0);
        }

        @Override
        public Map<String, Position> available() {
            return both(end);
        }

        @Override
        public Position beginning(String partition) {
            return Position.of(0);
        }

        @Override
        public List<OffsetRange> plan(Map<String, Position> from, long limit) {
            List<OffsetRange> ranges = new ArrayList<>();
            from.forEach((partition, begin) -> {
                long until = Math.min(end, begin.number() + perBatch);
                if (until > begin.number()) {
                    ranges.add(new OffsetRange(partition, begin, Position.of(until), until - begin.number()));
                }
            });
            return ranges;
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
            int odd = Integer.parseInt(current.partition());
            List<byte[]> values = new ArrayList<>();
            for (long n = current.from().number(); n < current.until().number(); n++) {
                values.add(String.valueOf(2 * n + odd).getBytes(StandardCharsets.UTF_8));
            }
            return new ValueChunk(current.partition(), current.from().number(), values);
        }

        @Override
        public void close() {}
    }
}
