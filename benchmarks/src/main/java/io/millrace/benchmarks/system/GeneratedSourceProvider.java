// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.system;

import static java.util.Objects.requireNonNull;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.api.source.RecordView;
import io.millrace.api.source.Slice;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.direct.RangeReader;
import io.millrace.spi.direct.ValueChunk;
import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A direct source whose records are their own numbers, eight bytes each, so that what is measured is the engine alone.
 * The record at an offset of partition {@code p} is number {@code offset × partitions + p}.
 */
public final class GeneratedSourceProvider implements DirectSourceProvider {
    /** The name to receive it by. */
    public static final String NAME = "generated";

    private static final ConfigOption<Long> PARTITIONS =
            ConfigOption.number("partitions", 1, 1_024, "how many partitions").withDefault("4");
    private static final ConfigOption<Long> RECORDS = ConfigOption.number(
                    "records", 0, Long.MAX_VALUE, "how many records in all, a multiple of the partitions")
            .asRequired();
    private static final ConfigOption<Long> PER_BATCH = ConfigOption.number(
                    "per-batch",
                    0,
                    Long.MAX_VALUE,
                    "how many records a batch has, a multiple of the partitions; 0 for as many as the engine asks for")
            .withDefault("0");

    /** Called by {@code ServiceLoader}. */
    public GeneratedSourceProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of(PARTITIONS, RECORDS, PER_BATCH);
    }

    @Override
    public DirectSource open(PluginContext context) {
        return new Generated(
                context.settings().get(PARTITIONS).intValue(),
                context.settings().get(RECORDS),
                context.settings().get(PER_BATCH));
    }

    /** Returns the number that a record is. */
    static long number(RecordView record) {
        Slice value = requireNonNull(record.value());
        return ByteBuffer.wrap(value.array(), value.offset(), Long.BYTES).getLong();
    }

    private static final class Generated implements DirectSource {
        private final int partitions;
        private final long end;
        private final long perBatch;

        Generated(int partitions, long records, long perBatch) {
            this.partitions = partitions;
            this.end = records / partitions;
            this.perBatch = perBatch / partitions;
        }

        @Override
        public Map<String, Position> start(Map<String, Position> known) {
            return everywhere(0);
        }

        @Override
        public Map<String, Position> available() {
            return everywhere(end);
        }

        private Map<String, Position> everywhere(long offset) {
            Map<String, Position> positions = new HashMap<>();
            for (int partition = 0; partition < partitions; partition++) {
                positions.put(Integer.toString(partition), Position.of(offset));
            }
            return positions;
        }

        @Override
        public Position beginning(String partition) {
            return Position.of(0);
        }

        @Override
        public List<OffsetRange> plan(Map<String, Position> from, long limit) {
            long most = perBatch > 0 ? perBatch : Math.max(1, limit / partitions);
            List<OffsetRange> ranges = new ArrayList<>();
            from.forEach((partition, position) -> {
                long until = Math.min(end, position.number() + most);
                if (until > position.number()) {
                    ranges.add(new OffsetRange(partition, position, Position.of(until), until - position.number()));
                }
            });
            return ranges;
        }

        @Override
        public RangeReader reader() {
            return new Reader(partitions);
        }

        @Override
        public void committed(Map<String, Position> positions) {}

        @Override
        public void close() {}
    }

    private static final class Reader implements RangeReader {
        private static final int CHUNK = 8_192;

        private final int partitions;
        private final List<byte[]> values = new ArrayList<>(CHUNK);
        private String partition = "";
        private long next;
        private long until;

        Reader(int partitions) {
            this.partitions = partitions;
        }

        @Override
        public void open(OffsetRange range) {
            partition = range.partition();
            next = range.from().number();
            until = range.until().number();
        }

        @Override
        public @Nullable Chunk fetch() {
            if (next >= until) {
                return null;
            }
            int count = (int) Math.min(CHUNK, until - next);
            int number = Integer.parseInt(partition);
            while (values.size() < count) {
                values.add(new byte[Long.BYTES]);
            }
            for (int place = 0; place < count; place++) {
                ByteBuffer.wrap(values.get(place)).putLong((next + place) * partitions + number);
            }
            ValueChunk chunk = new ValueChunk(partition, next, values.subList(0, count));
            next += count;
            return chunk;
        }

        @Override
        public void close() {}
    }
}
