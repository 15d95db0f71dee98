// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.StreamClock;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codecs;
import io.millrace.api.function.RecordConsumer;
import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.api.source.RecordView;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.RangeReader;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rows by the clock. Row n of all is row n / p of partition n mod p, and is due n / rate seconds after the program's first
 * start. Every position carries in its detail what the rows follow from: the time of the first start in epoch
 * milliseconds, the rate and the number of partitions, none of which may change.
 */
final class RateSource implements DirectSource {
    private static final long MILLIS = 1_000;

    private final StreamClock clock;
    private final long rate;
    private final int partitions;

    RateSource(StreamClock clock, long rate, int partitions) {
        this.clock = clock;
        this.rate = rate;
        this.partitions = partitions;
    }

    @Override
    public Map<String, Position> start(Map<String, Position> known) {
        String detail = known.isEmpty()
                ? clock.millis() + "/" + rate + "/" + partitions
                : known.values().iterator().next().detail();
        if (!detail.endsWith("/" + rate + "/" + partitions)) {
            String[] parts = detail.split("/", -1);
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "a rate input has " + parts[1] + " rows-per-second and " + parts[2]
                            + " partitions in this checkpoint, and now " + rate + " and " + partitions
                            + ": keep them, or give the input another name");
        }
        Map<String, Position> starts = new TreeMap<>();
        for (int p = 0; p < partitions; p++) {
            starts.put(name(p), new Position(0, detail));
        }
        return starts;
    }

    @Override
    public Map<String, Position> available() {
        Map<String, Position> names = new TreeMap<>();
        for (int p = 0; p < partitions; p++) {
            names.put(name(p), Position.of(Long.MAX_VALUE)); // what is due depends on where the program began
        }
        return names;
    }

    @Override
    public Position beginning(String partition) {
        throw new IllegalStateException("partition '" + partition + "' appeared after the start");
    }

    @Override
    public List<OffsetRange> plan(Map<String, Position> from, long limit) {
        Map<String, Long> behind = new TreeMap<>();
        for (int p = 0; p < partitions; p++) {
            Position at = from.get(name(p));
            if (at != null) {
                long due = due(clock.millis() - begin(at));
                long end = due > p ? (due - p - 1) / partitions + 1 : 0;
                behind.put(name(p), Math.max(0, end - at.number()));
            }
        }
        List<OffsetRange> ranges = new ArrayList<>();
        shares(behind, limit).forEach((partition, rows) -> {
            Position at = from.getOrDefault(partition, Position.of(0));
            if (rows > 0) {
                ranges.add(new OffsetRange(partition, at, new Position(at.number() + rows, at.detail()), rows));
            }
        });
        return ranges;
    }

    /** Divides the limit evenly; what one does not need is for those that are further behind. */
    private static Map<String, Long> shares(Map<String, Long> behind, long limit) {
        List<String> byNeed = new ArrayList<>(behind.keySet());
        byNeed.sort(Comparator.comparing(behind::get));
        Map<String, Long> shares = new TreeMap<>();
        long left = limit;
        for (int i = 0; i < byNeed.size(); i++) {
            long need = behind.getOrDefault(byNeed.get(i), 0L);
            long share = Math.min(need, left / (byNeed.size() - i));
            shares.put(byNeed.get(i), share);
            left -= share;
        }
        return shares;
    }

    /** How many rows are due after so many milliseconds. */
    private long due(long millis) {
        if (millis <= 0) {
            return 0;
        }
        return BigInteger.valueOf(millis)
                .multiply(BigInteger.valueOf(rate))
                .divide(BigInteger.valueOf(MILLIS))
                .longValueExact();
    }

    @Override
    public RangeReader reader() {
        return new Reader();
    }

    @Override
    public void committed(Map<String, Position> positions) {}

    @Override
    public void close() {}

    /** When the program was first started. */
    private static long begin(Position position) {
        return Long.parseLong(position.detail().substring(0, position.detail().indexOf('/')));
    }

    private static String name(int partition) {
        return "rows-" + partition;
    }

    private boolean isName(String partition) {
        for (int p = 0; p < partitions; p++) {
            if (name(p).equals(partition)) {
                return true;
            }
        }
        return false;
    }

    private final class Reader implements RangeReader {
        private @Nullable OffsetRange range;

        @Override
        public void open(OffsetRange next) {
            if (!isName(next.partition())) {
                throw new IllegalArgumentException("there is no partition '" + next.partition() + "' among "
                        + partitions + ": the range " + next + " is of another input");
            }
            range = next;
        }

        @Override
        public @Nullable Chunk fetch() {
            OffsetRange current = range;
            range = null;
            return current == null ? null : consumer -> rows(current, consumer);
        }

        private long rows(OffsetRange rows, RecordConsumer<RecordView> consumer) throws Exception {
            int partition =
                    Integer.parseInt(rows.partition().substring(rows.partition().lastIndexOf('-') + 1));
            long begin = begin(rows.from());
            ValueView view = new ValueView(rows.partition(), null);
            ByteWriter bytes = new ByteWriter(16);
            for (long offset = rows.from().number(); offset < rows.until().number(); offset++) {
                long number = offset * partitions + partition;
                bytes.clear();
                Codecs.LONG.encode(number, bytes);
                long timestamp = begin + number / rate * MILLIS + number % rate * MILLIS / rate;
                consumer.accept(view.show(offset, timestamp, bytes.array(), 0, bytes.size()));
            }
            return rows.until().number() - rows.from().number();
        }

        @Override
        public void close() {}
    }
}
