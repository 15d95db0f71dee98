// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.StreamClock;
import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.api.source.RecordView;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.direct.RangeReader;
import io.millrace.spi.direct.Remains;
import io.millrace.testkit.KitContext;
import io.millrace.testkit.internal.Patience;
import io.millrace.testkit.internal.RealClock;
import io.millrace.testkit.internal.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Proves that a direct source keeps its contract, {@code docs/spec/receiver.md}, whose clauses the methods are named after.
 * Extend it, say which provider it is and how its source is filled:
 *
 * <pre>{@code
 * class TableSourceConformanceTest extends DirectSourceConformance {
 *     private final TestTable table = new TestTable();
 *
 *     @Override
 *     protected DirectSourceProvider provider() {
 *         return new TableSourceProvider();
 *     }
 *
 *     @Override
 *     protected Map<String, String> settings() {
 *         return Map.of("table", table.name(), "start", "earliest");
 *     }
 *
 *     @Override
 *     protected void produce(int from, int until) {
 *         table.insertNumbers(from, until);
 *     }
 * }
 * }</pre>
 *
 * <p>JUnit makes an object of the class per test; the source of each object is its own and empty at first. A source that is
 * opened again stands for another process.
 *
 * @since 0.1
 */
@Timeout(180)
public abstract class DirectSourceConformance {
    private final List<DirectRun> runs = new ArrayList<>();
    private int produced;

    /** Makes a test of a direct source. */
    protected DirectSourceConformance() {}

    /** The provider of the source. */
    protected abstract DirectSourceProvider provider();

    /** The settings that read this test's source, from its beginning. */
    protected abstract Map<String, String> settings() throws Exception;

    /**
     * Has the source hold one record more for each of these numbers. Its value is the number in decimals, unless {@link
     * #number} says otherwise. Records of several partitions may be spread over them in any way. Called after the first
     * source of a test was opened.
     */
    protected abstract void produce(int from, int until) throws Exception;

    /** Which number a record stands for. */
    protected long number(RecordView view) {
        return Long.parseLong(view.valueUtf8());
    }

    /** The clock that sources are opened with; one for all. This machine's unless it is another. */
    protected StreamClock clock() {
        return new RealClock();
    }

    /**
     * Whether a plan keeps its limit to the record. A source that does not, because what it reads has seams of its own,
     * says so in its documentation; the kit then asserts that it goes on whatever the limit.
     */
    protected boolean dividesAnywhere() {
        return true;
    }

    /** Whether the source can forget records, which {@link #forget} then has it do; the kit asserts the answer. */
    protected boolean forgets() {
        return false;
    }

    /** Has the source forget all records that it holds, as retention would. */
    protected void forget() throws Exception {
        throw new UnsupportedOperationException("this source forgets nothing");
    }

    /** A range of what the source never held; one behind {@code last} if it has no other. */
    protected OffsetRange missing(OffsetRange last) {
        return new OffsetRange("no-such-partition-7", last.from(), last.until(), last.records());
    }

    /** How long the kit waits for what must come. */
    protected Duration patience() {
        return Duration.ofSeconds(60);
    }

    /** How long a call that returns at once may take on a machine that is busy. */
    protected Duration prompt() {
        return Duration.ofSeconds(10);
    }

    /** Closes what a test left open. */
    @AfterEach
    public void closeSources() {
        runs.forEach(DirectRun::close);
    }

    private Patience waiting() {
        return new Patience(patience());
    }

    private DirectRun open(Map<String, Position> known) throws Exception {
        KitContext plugin = KitContext.of(provider(), "stream", "kit-stream", settings(), clock());
        DirectSource source = provider().open(plugin);
        DirectRun run = new DirectRun(source, plugin, known, this::number);
        runs.add(run);
        return run;
    }

    private void produce(int records) throws Exception {
        produce(produced, produced + records);
        produced += records;
    }

    /** Plans and reads batches until so many records were read; what the last one holds beyond them, too. */
    private List<ReadRecord> readOn(DirectRun run, int records, long limit) throws Exception {
        List<ReadRecord> all = new ArrayList<>();
        while (all.size() < records) {
            List<OffsetRange> ranges = nextPlan(run, limit, all.size() + " of " + records);
            run.planned(ranges);
            all.addAll(run.read(ranges));
        }
        return all;
    }

    private List<OffsetRange> nextPlan(DirectRun run, long limit, String state) {
        List<OffsetRange> ranges = new ArrayList<>();
        waiting().await("something can be planned (read are " + state + ")", () -> {
            ranges.addAll(run.plan(limit));
            return !ranges.isEmpty();
        });
        return ranges;
    }

    /** Plans, without a limit, ranges that hold all records that were produced. */
    private List<OffsetRange> planAll(DirectRun run) {
        List<OffsetRange> all = new ArrayList<>();
        waiting().await("all records can be planned", () -> {
            List<OffsetRange> more = run.plan(Long.MAX_VALUE);
            run.planned(more);
            all.addAll(more);
            return run.records() >= produced;
        });
        return all;
    }

    private static List<Long> numbers(List<ReadRecord> records) {
        return records.stream().map(ReadRecord::number).toList();
    }

    private static List<Long> numbers(int from, int until) {
        return LongStream.range(from, until).boxed().toList();
    }

    // ---- ranges ----

    @Test
    public void required_direct_20_aRangeGivesTheSameRecordsWheneverItIsReadAndByWhomever() throws Exception {
        DirectRun run = open(Map.of());
        produce(120);
        List<OffsetRange> ranges = planAll(run);
        List<ReadRecord> first = run.read(ranges);
        assertThat(run.read(ranges)).as("read again").isEqualTo(first);
        produce(40);
        planAll(run);
        assertThat(run.read(ranges)).as("read again when there are more").isEqualTo(first);
        Map<String, Position> ledger = run.positions();
        run.close();
        DirectRun other = open(ledger);
        List<OffsetRange> stored = ranges.stream().map(DirectRun::stored).toList();
        assertThat(other.source().remains(stored)).as("all that remains").isEqualTo(Remains.all(stored));
        assertThat(other.read(stored)).as("read again by another process").isEqualTo(first);
    }

    @Test
    public void optional_direct_20_whatIsGoneIsAnErrorThatNamesIt() throws Exception {
        DirectRun run = open(Map.of());
        produce(60);
        List<OffsetRange> ranges = planAll(run);
        Map<String, Position> ledger = run.positions();
        if (forgets()) {
            forget();
            OffsetRange range = ranges.get(0);
            assertThatThrownBy(() -> run.read(List.of(range)))
                    .hasMessageContaining(range.partition().split("#", -1)[0]);
        } else {
            List<ReadRecord> records = run.read(ranges);
            produce(200);
            run.close();
            assertThat(open(ledger).read(ranges)).isEqualTo(records);
        }
    }

    @Test
    public void required_direct_20_whatNeverWasIsAnErrorThatNamesIt() throws Exception {
        DirectRun run = open(Map.of());
        produce(60);
        List<OffsetRange> ranges = planAll(run);
        OffsetRange missing = missing(ranges.get(ranges.size() - 1));
        assertThatThrownBy(() -> run.read(List.of(missing))).hasMessageContaining(missing.partition());
        assertThat(numbers(run.read(ranges)))
                .as("what there is can still be read")
                .hasSize(60);
    }

    @Test
    public void required_direct_21_aRangeGivesWhatLiesInItAndNothingElse() throws Exception {
        DirectRun run = open(Map.of());
        produce(100);
        List<ReadRecord> all = new ArrayList<>();
        while (all.size() < 100) {
            List<OffsetRange> ranges = nextPlan(run, 30, all.size() + " of 100");
            run.planned(ranges);
            produce(5);
            for (OffsetRange range : ranges) {
                List<ReadRecord> records = run.read(List.of(range));
                assertThat(records).as("records of " + range).hasSizeLessThanOrEqualTo((int) range.records());
                assertThat(records).allSatisfy(record -> {
                    assertThat(record.partition()).isEqualTo(range.partition());
                    if (range.from().number() >= 0 && range.until().number() >= 0) {
                        assertThat(record.offset())
                                .isGreaterThanOrEqualTo(range.from().number())
                                .isLessThan(range.until().number());
                    }
                });
                all.addAll(records);
            }
        }
        assertThat(numbers(all)).doesNotHaveDuplicates();
    }

    @Test
    public void required_direct_22_theEndOfARangeIsTheEndHoweverOftenItIsAskedFor() throws Exception {
        DirectRun run = open(Map.of());
        produce(20);
        List<OffsetRange> ranges = planAll(run);
        try (RangeReader reader = run.source().reader()) {
            for (OffsetRange range : ranges) {
                run.read(reader, range);
                produce(3);
                assertThat(reader.fetch()).as("after the end of " + range).isNull();
            }
            OffsetRange first = ranges.get(0);
            OffsetRange empty = new OffsetRange(first.partition(), first.from(), first.from(), 0);
            assertThat(run.read(reader, empty)).as("records of an empty range").isEmpty();
        }
    }

    // ---- plans ----

    @Test
    public void required_direct_23_thePlannerIsNeverKeptWaiting() throws Exception {
        DirectRun run = open(Map.of());
        produce(50);
        List<OffsetRange> ranges = planAll(run);
        try (RangeReader reader = run.source().reader()) {
            reader.open(ranges.get(0));
            CompletableFuture<Void> done = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 100; i++) {
                    run.source().available();
                    run.plan(10);
                    run.source().committed(run.positions());
                    run.source().gone(run.positions());
                }
            });
            boolean prompt = Patience.holdsWithin(prompt(), done::isDone);
            assertThat(prompt)
                    .as("a hundred rounds of questions took less than " + prompt())
                    .isTrue();
            done.join();
        }
    }

    @Test
    public void required_direct_24_aPlanKeepsItsLimitAndUsesIt() throws Exception {
        DirectRun run = open(Map.of());
        produce(200);
        waiting()
                .await(
                        "there is enough to plan",
                        () -> !run.plan(Long.MAX_VALUE).isEmpty()
                                && (!dividesAnywhere() || records(run.plan(Long.MAX_VALUE)) >= 200));
        for (int limit : new int[] {1, 2, 7, 50}) {
            List<OffsetRange> ranges = run.plan(limit);
            assertThat(ranges).as("a plan of at most " + limit).isNotEmpty();
            if (dividesAnywhere()) {
                assertThat(records(ranges))
                        .as("records of a plan of at most " + limit)
                        .isEqualTo(limit);
            }
        }
    }

    private static long records(List<OffsetRange> ranges) {
        return ranges.stream().mapToLong(OffsetRange::records).sum();
    }

    @Test
    public void required_direct_25_batchAfterBatchGivesEveryRecordOnce() throws Exception {
        DirectRun run = open(Map.of());
        produce(300);
        List<ReadRecord> all = readOn(run, 300, 37);
        assertThat(numbers(all)).containsExactlyInAnyOrderElementsOf(numbers(0, 300));
        produce(100);
        assertThat(numbers(readOn(run, 100, 1_000))).containsExactlyInAnyOrderElementsOf(numbers(300, 400));
    }

    @Test
    public void required_direct_26_whatWasPublishedDecidesNothing() throws Exception {
        DirectRun run = open(Map.of());
        produce(100);
        run.checkPublished(Map.of());
        List<ReadRecord> first = readOn(run, 10, 10);
        Map<String, Position> ledger = run.positions();
        readOn(run, 100 - first.size(), Long.MAX_VALUE);
        Map<String, Position> committed = run.positions();
        run.source().committed(committed);
        run.close();
        DirectRun behind = open(ledger);
        behind.checkPublished(committed);
        List<ReadRecord> again = readOn(behind, 100 - first.size(), Long.MAX_VALUE);
        assertThat(numbers(again)).hasSize(100 - first.size()).doesNotContainAnyElementsOf(numbers(first));
    }

    @Test
    public void required_direct_27_aPlanGoesOnWhereTheLastEndedAndIsEmptyAtTheEnd() throws Exception {
        DirectRun empty = open(Map.of());
        assertThat(empty.plan(100)).as("a plan of a source that holds nothing").isEmpty();
        produce(90);
        List<OffsetRange> ranges = new ArrayList<>();
        while (records(ranges) < 90) {
            List<OffsetRange> more = nextPlan(empty, 20, records(ranges) + " of 90");
            empty.planned(more);
            assertThat(more).allSatisfy(range -> assertThat(range.records()).isPositive());
            ranges.addAll(more);
        }
        assertThat(empty.plan(100)).as("a plan at the end").isEmpty();
        assertThat(numbers(empty.read(ranges))).containsExactlyInAnyOrderElementsOf(numbers(0, 90));
    }

    // ---- readers ----

    @Test
    public void required_direct_28_readersDoNotDisturbEachOther() throws Exception {
        DirectRun run = open(Map.of());
        produce(400);
        List<OffsetRange> ranges = new ArrayList<>();
        while (records(ranges) < 400) {
            List<OffsetRange> more = nextPlan(run, 50, records(ranges) + " of 400");
            run.planned(more);
            ranges.addAll(more);
        }
        List<ReadRecord> expected = run.read(ranges);
        List<CompletableFuture<List<ReadRecord>>> readers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            readers.add(CompletableFuture.supplyAsync(() -> readOrFail(run, ranges), task -> {
                Thread thread = new Thread(task, RealClock.THREADS + "reader");
                thread.setDaemon(true);
                thread.start();
            }));
        }
        for (CompletableFuture<List<ReadRecord>> reader : readers) {
            assertThat(waiting().await("a reader has read all ranges", reader)).isEqualTo(expected);
        }
    }

    private static List<ReadRecord> readOrFail(DirectRun run, List<OffsetRange> ranges) {
        try {
            return run.read(ranges);
        } catch (Exception e) {
            throw new IllegalStateException("a reader failed beside others: " + e.getMessage(), e);
        }
    }

    @Test
    public void required_direct_28_aRangeThatIsLeftInTheMiddleIsGivenUp() throws Exception {
        DirectRun run = open(Map.of());
        produce(200);
        List<OffsetRange> ranges = planAll(run);
        List<ReadRecord> expected = run.read(ranges);
        try (RangeReader reader = run.source().reader()) {
            for (OffsetRange range : ranges) {
                reader.open(range);
                reader.fetch();
            }
            List<ReadRecord> read = new ArrayList<>();
            for (OffsetRange range : ranges) {
                read.addAll(run.read(reader, range));
            }
            assertThat(read).isEqualTo(expected);
        }
    }

    @Test
    public void required_direct_28_whatAConsumerThrowsIsPassedOnAsItIs() throws Exception {
        DirectRun run = open(Map.of());
        produce(20);
        List<OffsetRange> ranges = planAll(run);
        IllegalStateException thrown = new IllegalStateException("a function of the program failed");
        try (RangeReader reader = run.source().reader()) {
            reader.open(ranges.get(0));
            RangeReader.Chunk chunk = Objects.requireNonNull(reader.fetch(), "the range has no records");
            assertThatThrownBy(() -> chunk.forEach(record -> {
                        throw thrown;
                    }))
                    .isSameAs(thrown);
        }
        assertThat(numbers(run.read(ranges))).hasSize(20);
    }

    // ---- the end ----

    @Test
    public void required_direct_29_closingEndsAllThreadsAndMayBeDoneAgain() throws Exception {
        LiveThreads before = LiveThreads.now();
        DirectRun run = open(Map.of());
        produce(40);
        List<OffsetRange> ranges = planAll(run);
        run.read(ranges);
        RangeReader left = run.source().reader();
        left.open(ranges.get(0));
        left.fetch();
        left.close();
        left.close();
        run.source().close();
        run.source().close();
        assertThat(run.plugin().awaitThreads(patience()))
                .as("all threads ended; left are " + run.plugin().running())
                .isTrue();
        assertThat(before.leaked(patience())).as("threads that are left").isEmpty();
    }

    // ---- all of it, by chance ----

    @Test
    public void stochastic_direct_25_everyRecordOnceThroughRestarts() throws Exception {
        Seed seed = Seed.next();
        Random random = seed.random();
        DirectRun run = open(Map.of());
        List<ReadRecord> all = new ArrayList<>();
        List<OffsetRange> last = List.of();
        List<ReadRecord> lastRead = List.of();
        for (int i = 0; i < 12; i++) {
            produce(1 + random.nextInt(40));
            if (random.nextInt(3) == 0) {
                Map<String, Position> ledger = run.positions();
                if (random.nextBoolean()) {
                    run.source().committed(ledger);
                }
                run.close();
                run = open(ledger);
                assertThat(run.read(last))
                        .as("the last batch, run again; " + seed)
                        .isEqualTo(lastRead);
            }
            last = nextPlan(run, 1 + random.nextInt(60), seed.toString());
            run.planned(last);
            lastRead = run.read(last);
            all.addAll(lastRead);
        }
        if (all.size() < produced) {
            all.addAll(readOn(run, produced - all.size(), Long.MAX_VALUE));
        }
        assertThat(numbers(all)).as(seed.toString()).containsExactlyInAnyOrderElementsOf(numbers(0, produced));
    }
}
