// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.RangeReader;
import io.millrace.spi.direct.ValueChunk;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Numbered records in memory, in one partition. */
final class ListSource implements DirectSource {
    private static final String PARTITION = "0";
    private static final Position BEGINNING = Position.of(0);

    private final Records records;

    /** Where they are. Asked from several threads. */
    interface Records {
        /** Where a batch that reads from here ends; {@code from} if there is nothing. */
        long end(long from);

        /** The records of a range that {@link #end} gave. */
        List<byte[]> read(long from, long until);
    }

    ListSource(Records records) {
        this.records = records;
    }

    @Override
    public Map<String, Position> start(Map<String, Position> known) {
        return Map.of(PARTITION, BEGINNING);
    }

    @Override
    public Map<String, Position> available() {
        return Map.of(PARTITION, Position.of(records.end(0)));
    }

    @Override
    public Position beginning(String partition) {
        return BEGINNING;
    }

    /** One range as long as it must be: where a batch ends is what these inputs are about, so no limit divides it. */
    @Override
    public List<OffsetRange> plan(Map<String, Position> from, long limit) {
        long begin = from.getOrDefault(PARTITION, BEGINNING).number();
        long end = records.end(begin);
        return end > begin
                ? List.of(new OffsetRange(PARTITION, Position.of(begin), Position.of(end), end - begin))
                : List.of();
    }

    @Override
    public RangeReader reader() {
        return new Reader();
    }

    @Override
    public void committed(Map<String, Position> positions) {}

    @Override
    public void close() {}

    private final class Reader implements RangeReader {
        private @Nullable OffsetRange range;

        @Override
        public void open(OffsetRange next) {
            if (!next.partition().equals(PARTITION)) {
                throw new IllegalArgumentException("there is no partition '" + next.partition() + "', only '"
                        + PARTITION + "': the range " + next + " is of another input");
            }
            range = next;
        }

        @Override
        public @Nullable Chunk fetch() {
            OffsetRange current = range;
            range = null;
            return current == null
                    ? null
                    : new ValueChunk(
                            current.partition(),
                            current.from().number(),
                            records.read(
                                    current.from().number(), current.until().number()));
        }

        @Override
        public void close() {}
    }
}
