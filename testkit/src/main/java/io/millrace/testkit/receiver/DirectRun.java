// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.api.source.RecordView;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.RangeReader;
import io.millrace.testkit.KitContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * One opened direct source, with the engine's part: positions are what a ledger kept, in bytes, and partitions that come
 * up are noted with their beginning before anything of them is planned. Used by one thread, but for {@link #read}.
 */
final class DirectRun implements AutoCloseable {
    private final DirectSource source;
    private final KitContext plugin;
    private final ToLongFunction<RecordView> numbers;
    private final Map<String, Position> at = new HashMap<>();
    private long records;

    /** Starts {@code source} with what the ledger knows. */
    DirectRun(DirectSource source, KitContext plugin, Map<String, Position> known, ToLongFunction<RecordView> numbers) {
        this.source = source;
        this.plugin = plugin;
        this.numbers = numbers;
        Map<String, Position> ledger = stored(known);
        assertThat(source.gaps(ledger)).as("what is gone of what comes next").isEmpty();
        at.putAll(source.start(ledger));
        at.putAll(ledger);
    }

    /** What comes back of positions that were written down. */
    static Map<String, Position> stored(Map<String, Position> positions) {
        Map<String, Position> read = new HashMap<>();
        positions.forEach((partition, position) -> read.put(partition, stored(position)));
        return read;
    }

    private static Position stored(Position position) {
        ByteWriter bytes = new ByteWriter(32);
        position.encode(bytes);
        return Position.decode(new ByteReader(bytes.array(), 0, bytes.size()));
    }

    /** What comes back of a range that was written down. */
    static OffsetRange stored(OffsetRange range) {
        return new OffsetRange(range.partition(), stored(range.from()), stored(range.until()), range.records());
    }

    DirectSource source() {
        return source;
    }

    KitContext plugin() {
        return plugin;
    }

    /** Where a ledger would be. */
    Map<String, Position> positions() {
        return Map.copyOf(at);
    }

    /** What the source says was published is not beyond what was committed. */
    void checkPublished(Map<String, Position> committed) {
        source.published()
                .forEach((partition, position) -> assertThat(position.number())
                        .as("what was published of " + partition)
                        .isLessThanOrEqualTo(committed
                                .getOrDefault(partition, Position.of(-1))
                                .number()));
    }

    /** Plans the next batch, and leaves the ledger where it is. */
    List<OffsetRange> plan(long limit) {
        for (String partition : source.available().keySet()) {
            at.computeIfAbsent(partition, source::beginning);
        }
        return source.plan(positions(), limit);
    }

    /** The batch is written down: what follows is planned behind it. */
    void planned(List<OffsetRange> ranges) {
        for (OffsetRange range : ranges) {
            assertThat(range.from().samePlace(at.getOrDefault(range.partition(), range.from())))
                    .as(range + " begins where the one before ended, at " + at.get(range.partition()))
                    .isTrue();
            at.put(range.partition(), range.until());
            records += range.records();
        }
    }

    /** How many records the batches hold that were planned since it was opened. */
    long records() {
        return records;
    }

    /** All records of ranges, by a reader of their own. */
    List<ReadRecord> read(List<OffsetRange> ranges) throws Exception {
        List<ReadRecord> records = new ArrayList<>();
        try (RangeReader reader = source.reader()) {
            for (OffsetRange range : ranges) {
                records.addAll(read(reader, range));
            }
        }
        return records;
    }

    List<ReadRecord> read(RangeReader reader, OffsetRange range) throws Exception {
        List<ReadRecord> records = new ArrayList<>();
        reader.open(range);
        for (RangeReader.Chunk chunk = reader.fetch(); chunk != null; chunk = reader.fetch()) {
            int before = records.size();
            long passed = chunk.forEach(record -> records.add(ReadRecord.of(record, numbers.applyAsLong(record))));
            assertThat(passed)
                    .as("how many records a chunk of " + range + " says that it passed")
                    .isEqualTo(records.size() - before);
        }
        return records;
    }

    @Override
    public void close() {
        source.close();
        plugin.close();
    }
}
