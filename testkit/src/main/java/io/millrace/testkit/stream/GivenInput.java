// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.stream;

import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.direct.RangeReader;
import io.millrace.spi.direct.ValueChunk;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A source whose records are given: each batch's elements, divided among its partitions as evenly as can be and in order.
 * What is available ends with the batch that was released last, so that a batch reads its own list and nothing else.
 */
final class GivenInput implements DirectSourceProvider {
    private final String name;
    private final int partitions;
    private final List<List<byte[]>> records = new ArrayList<>();
    private final List<long[]> ends = new ArrayList<>();
    private final IntSupplier released;

    GivenInput(String name, Codec<Object> codec, List<List<?>> batches, int partitions, IntSupplier released) {
        this.name = name;
        this.partitions = partitions;
        this.released = released;
        for (int p = 0; p < partitions; p++) {
            records.add(new ArrayList<>());
        }
        ends.add(new long[partitions]);
        for (List<?> batch : batches) {
            add(codec, batch);
        }
    }

    private void add(Codec<Object> codec, List<?> batch) {
        long[] end = new long[partitions];
        for (int p = 0; p < partitions; p++) {
            int from = (int) ((long) p * batch.size() / partitions);
            int until = (int) ((p + 1L) * batch.size() / partitions);
            for (Object element : batch.subList(from, until)) {
                ByteWriter bytes = new ByteWriter(64);
                codec.encode(element, bytes);
                records.get(p).add(Arrays.copyOf(bytes.array(), bytes.size()));
            }
            end[p] = records.get(p).size();
        }
        ends.add(end);
    }

    @Override
    public String name() {
        return "given";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public DirectSource open(PluginContext context) {
        return new Reading();
    }

    private String partition(int p) {
        return name + "-" + p;
    }

    private final class Reading implements DirectSource {
        private Map<String, Position> positions(long[] offsets) {
            Map<String, Position> positions = new TreeMap<>();
            for (int p = 0; p < partitions; p++) {
                positions.put(partition(p), Position.of(offsets[p]));
            }
            return positions;
        }

        @Override
        public Map<String, Position> start(Map<String, Position> known) {
            return positions(new long[partitions]);
        }

        @Override
        public Map<String, Position> available() {
            return positions(ends.get(Math.min(released.getAsInt(), ends.size() - 1)));
        }

        @Override
        public Position beginning(String partition) {
            return Position.of(0);
        }

        @Override
        public List<OffsetRange> plan(Map<String, Position> from, long limit) {
            List<OffsetRange> ranges = new ArrayList<>();
            available().forEach((partition, end) -> {
                long begin = from.getOrDefault(partition, Position.of(0)).number();
                if (end.number() > begin) {
                    ranges.add(new OffsetRange(partition, Position.of(begin), end, end.number() - begin));
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

    private final class Reader implements RangeReader {
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
            int p = Integer.parseInt(current.partition().substring(name.length() + 1));
            int from = Math.toIntExact(current.from().number());
            int until = Math.toIntExact(current.until().number());
            return new ValueChunk(current.partition(), from, records.get(p).subList(from, until));
        }

        @Override
        public void close() {}
    }
}
