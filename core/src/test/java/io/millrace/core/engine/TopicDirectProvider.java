// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.direct.RangeReader;
import io.millrace.spi.direct.Remains;
import io.millrace.spi.direct.ValueChunk;
import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads a {@link Topic} by ranges. */
public final class TopicDirectProvider implements DirectSourceProvider {
    private static final ConfigOption<String> TOPIC =
            ConfigOption.text("topic", "which topic").asRequired();

    @Override
    public String name() {
        return "topic-direct";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of(TOPIC);
    }

    @Override
    public DirectSource open(PluginContext context) {
        return new TopicSource(Topic.find(context.settings().get(TOPIC)));
    }

    private record TopicSource(Topic topic) implements DirectSource {
        @Override
        public Map<String, Position> published() {
            return topic.published();
        }

        @Override
        public Remains remains(List<OffsetRange> planned) {
            List<OffsetRange> ranges = new ArrayList<>();
            List<OffsetRange> lost = new ArrayList<>();
            for (OffsetRange range : planned) {
                long from = range.from().number();
                long until = range.until().number();
                long kept = Math.min(until, Math.max(from, first(range.partition())));
                add(lost, range.partition(), from, kept);
                add(ranges, range.partition(), kept, until);
            }
            return new Remains(ranges, lost);
        }

        @Override
        public List<OffsetRange> gaps(Map<String, Position> known) {
            List<OffsetRange> gaps = new ArrayList<>();
            known.forEach((partition, next) -> add(gaps, partition, next.number(), first(partition)));
            return gaps;
        }

        private long first(String partition) {
            return topic.acceptsLoss() ? topic.beginning(topic.index(partition)) : 0;
        }

        private static void add(List<OffsetRange> ranges, String partition, long from, long until) {
            if (from < until) {
                ranges.add(new OffsetRange(partition, Position.of(from), Position.of(until), until - from));
            }
        }

        @Override
        public Map<String, Position> start(Map<String, Position> known) {
            Map<String, Position> starts = new TreeMap<>();
            for (int p = 0; p < topic.partitions(); p++) {
                starts.put(topic.partition(p), Position.of(0));
            }
            return starts;
        }

        @Override
        public Map<String, Position> available() {
            Map<String, Position> ends = new TreeMap<>();
            for (int p = 0; p < topic.partitions(); p++) {
                ends.put(topic.partition(p), Position.of(topic.end(p)));
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
                long until = Math.min(end.number(), begin + limit / topic.partitions());
                if (until > begin) {
                    ranges.add(new OffsetRange(partition, Position.of(begin), Position.of(until), until - begin));
                }
            });
            return ranges;
        }

        @Override
        public RangeReader reader() {
            return new Reader(topic);
        }

        @Override
        public void committed(Map<String, Position> positions) {
            topic.acknowledge(positions);
        }

        @Override
        public void close() {}
    }

    private static final class Reader implements RangeReader {
        private final Topic topic;
        private @Nullable OffsetRange range;

        Reader(Topic topic) {
            this.topic = topic;
        }

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
            int partition = topic.index(current.partition());
            long from = current.from().number();
            List<byte[]> values = new ArrayList<>();
            for (long offset = from; offset < current.until().number(); offset++) {
                values.add(topic.record(partition, offset));
            }
            return new ValueChunk(current.partition(), from, values);
        }

        @Override
        public void close() {}
    }
}
