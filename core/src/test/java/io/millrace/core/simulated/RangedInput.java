// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulated;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.direct.RangeReader;
import io.millrace.spi.direct.ValueChunk;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the records of the world by ranges. */
final class RangedInput implements DirectSourceProvider {
    private final World world;

    RangedInput(World world) {
        this.world = world;
    }

    @Override
    public String name() {
        return "ranged";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public DirectSource open(PluginContext context) {
        return new Ranges();
    }

    private final class Ranges implements DirectSource {
        @Override
        public Map<String, Position> start(Map<String, Position> known) {
            Map<String, Position> starts = new TreeMap<>();
            for (int p = 0; p < world.partitions(); p++) {
                starts.put(World.name(p), Position.of(0));
            }
            starts.putAll(world.hearsay(known));
            return starts;
        }

        @Override
        public Map<String, Position> available() {
            Map<String, Position> ends = new TreeMap<>();
            for (int p = 0; p < world.partitions(); p++) {
                ends.put(World.name(p), Position.of(world.announced(p)));
            }
            return ends;
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
                long until = Math.min(end.number(), begin + world.planned(limit / world.partitions()));
                if (until > begin) {
                    ranges.add(new OffsetRange(partition, Position.of(begin), Position.of(until), until - begin));
                }
            });
            return ranges;
        }

        @Override
        public RangeReader reader() {
            return new Reader();
        }

        @Override
        public void committed(Map<String, Position> positions) {
            world.acknowledge(positions);
        }

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
            int partition = World.index(current.partition());
            long from = current.from().number();
            List<byte[]> values = new ArrayList<>();
            for (long offset = from; offset < current.until().number(); offset++) {
                values.add(world.record(partition, offset));
            }
            return new ValueChunk(current.partition(), from, values);
        }

        @Override
        public void close() {}
    }
}
