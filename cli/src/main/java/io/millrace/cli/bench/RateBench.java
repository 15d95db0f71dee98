// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.bench;

import io.millrace.api.StreamClock;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.Codecs;
import io.millrace.api.source.RecordView;
import io.millrace.api.source.Slice;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.bench.DirectBench;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** For {@code rate}, which makes its rows by itself: a clock that the kit moves makes them due. */
final class RateBench implements DirectBench {
    @Override
    public String provider() {
        return "rate";
    }

    @Override
    public FilledSource open(Map<String, String> given) {
        return new Rows();
    }

    private static final class Rows implements FilledSource {
        private final ManualClock clock = new ManualClock();

        /** One row a millisecond, whatever was given: that is how many become due when the clock is moved. */
        @Override
        public Map<String, String> settings() {
            return Map.of("rows-per-second", "1000", "partitions", "3");
        }

        @Override
        public void produce(int from, int until) {
            clock.advance(Duration.ofMillis(until - from));
        }

        @Override
        public long number(RecordView view) {
            Slice value = Objects.requireNonNull(view.value(), "a row without a value");
            return Codecs.LONG.decode(
                    new ByteReader(value.array(), value.offset(), value.length()), Codecs.LONG.version());
        }

        @Override
        public Optional<StreamClock> clock() {
            return Optional.of(clock);
        }

        @Override
        public void close() {}
    }
}
