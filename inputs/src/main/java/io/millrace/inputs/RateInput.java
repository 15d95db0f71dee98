// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.Codecs;
import io.millrace.api.source.RecordView;
import io.millrace.api.source.Slice;
import io.millrace.api.source.Source;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Describes an input that makes rows by itself, so many a second: 0, 1, 2, … in several partitions, each row with the time
 * at which it was due. Which rows there are follows from the time since the program's first start alone, so that every run
 * of a batch and every restart gives the same; those of a downtime come when it is over.
 *
 * <pre>{@code
 * ssc.receive(RateInput.rowsPerSecond(1_000).numbers())
 * }</pre>
 *
 * Not thread-safe.
 *
 * @since 0.1
 */
public final class RateInput {
    private final Map<String, String> settings = new LinkedHashMap<>();

    private RateInput() {}

    /** Makes so many rows per second, over all partitions. */
    public static RateInput rowsPerSecond(long rows) {
        return new RateInput().set(RateProvider.ROWS.key(), Long.toString(rows));
    }

    /** Divides the rows among so many partitions; 1 unless it is set. */
    public RateInput partitions(int number) {
        return set(RateProvider.PARTITIONS.key(), Integer.toString(number));
    }

    /** Sets any setting of {@code rate} by its key. */
    public RateInput set(String key, String value) {
        settings.put(key, value);
        return this;
    }

    /** The numbers of the rows. */
    public Source<Long> numbers() {
        return new Source<>(null, RateProvider.NAME, settings, () -> RateInput::number);
    }

    /** The rows, with their times. */
    public Source<Row> rows() {
        return new Source<>(
                null,
                RateProvider.NAME,
                settings,
                () -> view -> new Row(number(view), Instant.ofEpochMilli(view.timestamp())));
    }

    static long number(RecordView view) {
        Slice value = SocketInput.value(view);
        return Codecs.LONG.decode(new ByteReader(value.array(), value.offset(), value.length()), Codecs.LONG.version());
    }

    /**
     * A row.
     *
     * @param number counts the rows of all partitions, from 0
     * @param time when it was due
     */
    public record Row(long number, Instant time) {}
}
