// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.direct.RangeReader;
import io.millrace.spi.direct.Remains;
import io.millrace.spi.direct.ValueChunk;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Numbers in memory, in one partition, that are read by range as it should be done but for one flaw. */
final class MemoryTable implements DirectSourceProvider {
    private static final String PARTITION = "t-0";

    private final List<Integer> numbers = new ArrayList<>();
    private final DirectFlaw flaw;
    private long first;
    private long published;

    MemoryTable(DirectFlaw flaw) {
        this.flaw = flaw;
    }

    /** What is wrong with it. */
    enum DirectFlaw {
        NONE,
        READS_WHAT_COMES_LATER,
        GIVES_FEWER_IN_SILENCE,
        INVENTS_WHAT_NEVER_WAS,
        IGNORES_THE_LIMIT,
        BELIEVES_WHAT_IT_PUBLISHED,
        PLANS_EMPTY_RANGES,
        GOES_ON_WITH_WHAT_WAS_LEFT,
        LEAKS_A_THREAD,
        GIVES_UP_WHAT_IT_HAS,
        SKIPS_WHAT_COMES_NEXT
    }

    synchronized void add(int number) {
        numbers.add(number);
    }

    synchronized void forget() {
        first = numbers.size();
    }

    private synchronized long end() {
        return numbers.size();
    }

    @Override
    public String name() {
        return "table";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public DirectSource open(PluginContext context) {
        if (flaw == DirectFlaw.LEAKS_A_THREAD) {
            context.threads()
                    .newThread(() -> {
                        try {
                            TimeUnit.MINUTES.sleep(1);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    })
                    .start();
        }
        return new Source();
    }

    private synchronized List<byte[]> values(OffsetRange range) {
        long until = flaw == DirectFlaw.READS_WHAT_COMES_LATER
                ? end()
                : range.until().number();
        if (range.from().number() < first && flaw != DirectFlaw.GIVES_FEWER_IN_SILENCE) {
            throw new IllegalStateException(range + " is gone: " + PARTITION + " begins at " + first);
        }
        if (until > end() && flaw != DirectFlaw.INVENTS_WHAT_NEVER_WAS) {
            throw new IllegalStateException(range + " never was: " + PARTITION + " ends at " + end());
        }
        List<byte[]> values = new ArrayList<>();
        for (long at = Math.max(first, range.from().number()); at < until; at++) {
            int number = at < end() ? numbers.get((int) at) : -1;
            values.add(Integer.toString(number).getBytes(UTF_8));
        }
        return values;
    }

    private final class Source implements DirectSource {
        @Override
        public Remains remains(List<OffsetRange> planned) {
            return flaw == DirectFlaw.GIVES_UP_WHAT_IT_HAS ? new Remains(List.of(), planned) : Remains.all(planned);
        }

        @Override
        public List<OffsetRange> gaps(Map<String, Position> known) {
            Position next = known.get(PARTITION);
            return flaw == DirectFlaw.SKIPS_WHAT_COMES_NEXT && next != null
                    ? List.of(new OffsetRange(PARTITION, next, Position.of(end()), end() - next.number()))
                    : List.of();
        }

        @Override
        public Map<String, Position> start(Map<String, Position> known) {
            return Map.of(PARTITION, Position.of(0));
        }

        @Override
        public Map<String, Position> available() {
            return Map.of(PARTITION, Position.of(end()));
        }

        @Override
        public Position beginning(String partition) {
            return Position.of(0);
        }

        @Override
        public List<OffsetRange> plan(Map<String, Position> positions, long limit) {
            long from = positions.getOrDefault(PARTITION, Position.of(0)).number();
            if (flaw == DirectFlaw.BELIEVES_WHAT_IT_PUBLISHED) {
                from = Math.max(from, published);
            }
            long most = flaw == DirectFlaw.IGNORES_THE_LIMIT && limit == 7 ? 8 : limit;
            long until = Math.min(end(), most > end() ? end() : from + most);
            if (until <= from && flaw != DirectFlaw.PLANS_EMPTY_RANGES) {
                return List.of();
            }
            return List.of(new OffsetRange(PARTITION, Position.of(from), Position.of(until), until - from));
        }

        @Override
        public RangeReader reader() {
            return new Reader();
        }

        @Override
        public void committed(Map<String, Position> positions) {
            published = positions.getOrDefault(PARTITION, Position.of(0)).number();
        }

        @Override
        public void close() {
            // nothing is held
        }
    }

    private final class Reader implements RangeReader {
        private static final int CHUNK = 50;

        private @Nullable OffsetRange range;
        private List<byte[]> values = List.of();
        private int at;

        @Override
        public void open(OffsetRange next) {
            if (!next.partition().equals(PARTITION)) {
                throw new IllegalStateException("there is no partition " + next.partition());
            }
            if (flaw == DirectFlaw.GOES_ON_WITH_WHAT_WAS_LEFT && at < values.size()) {
                return;
            }
            range = next;
            values = values(next);
            at = 0;
        }

        @Override
        public @Nullable Chunk fetch() {
            OffsetRange open = range;
            if (open == null || at == values.size()) {
                return null;
            }
            int begin = at;
            at = Math.min(values.size(), at + CHUNK);
            return new ValueChunk(PARTITION, open.from().number() + begin, values.subList(begin, at));
        }

        @Override
        public void close() {
            range = null;
        }
    }
}
