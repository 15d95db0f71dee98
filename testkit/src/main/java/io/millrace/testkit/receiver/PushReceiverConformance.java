// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.source.Position;
import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.ReceiverProvider;
import io.millrace.spi.receiver.ReceiverProvider.Guarantee;
import io.millrace.testkit.KitContext;
import io.millrace.testkit.internal.Patience;
import io.millrace.testkit.internal.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Proves that a receiver keeps the part of its contract, {@code docs/spec/receiver.md}, that binds every receiver; the
 * methods are named after its clauses. A receiver that promises more than {@link Guarantee#NONE} extends {@link
 * ReliableReceiverConformance}, which proves the rest too. Extend it, say which provider it is and how its source is fed:
 *
 * <pre>{@code
 * class SensorReceiverConformanceTest extends PushReceiverConformance {
 *     private final SensorServer server = new SensorServer();
 *
 *     @Override
 *     protected ReceiverProvider provider() {
 *         return new SensorReceiverProvider();
 *     }
 *
 *     @Override
 *     protected Map<String, String> settings() {
 *         return Map.of("address", server.address());
 *     }
 *
 *     @Override
 *     protected void send(List<String> values) {
 *         server.awaitConnection().write(values);
 *     }
 * }
 * }</pre>
 *
 * <p>JUnit makes an object of the class per test; the source of each object is its own and empty at first. The receivers
 * run against a {@link SimulatedEngine}, and a {@link CheckedReceiver} watches them.
 *
 * @since 0.1
 */
@Timeout(180)
public abstract class PushReceiverConformance {
    /** What a graceful stop may take. */
    static final Duration DEADLINE = Duration.ofSeconds(30);

    final SimulatedEngine engine = new SimulatedEngine();

    private final List<ReceiverRun> runs = new ArrayList<>();
    private int sent;

    /** Makes a test of a receiver. */
    protected PushReceiverConformance() {}

    /** The provider of the receiver. */
    protected abstract ReceiverProvider provider();

    /** The settings by which a receiver reads this test's source, from its beginning. */
    protected abstract Map<String, String> settings() throws Exception;

    /**
     * Has the source send one record for each value, in this order if it has one partition; of several partitions, each in
     * this order. A source that serves only connected clients waits until one is connected. The record's value is the text in
     * UTF-8.
     */
    protected abstract void send(List<String> values) throws Exception;

    /** Whether the receiver says of partitions that have nothing to read that they are idle; the kit asserts the answer. */
    protected boolean tellsIdle() {
        return false;
    }

    /** How long the kit waits for what must come. */
    protected Duration patience() {
        return Duration.ofSeconds(60);
    }

    /** How long the kit watches for what must not come. */
    protected Duration watch() {
        return Duration.ofMillis(200);
    }

    /** How long a call that returns at once may take on a machine that is busy. */
    protected Duration prompt() {
        return Duration.ofSeconds(10);
    }

    /** Stops what a test left running. */
    @AfterEach
    public void stopReceivers() {
        for (ReceiverRun run : runs) {
            run.stop(Duration.ofSeconds(5));
            run.abandon();
        }
    }

    final Patience waiting() {
        return new Patience(patience());
    }

    /** Another receiver of this test's source, which is not started. */
    final ReceiverRun receiver() throws Exception {
        KitContext plugin = KitContext.of(provider(), "stream", "kit-stream", settings());
        ReceiverRun run = new ReceiverRun(provider(), plugin, engine, prompt(), patience());
        runs.add(run);
        return run;
    }

    final ReceiverRun started() throws Exception {
        ReceiverRun run = receiver();
        run.start();
        return run;
    }

    /** Sends so many more records, whose values no other record has, and returns them. */
    final List<String> send(int records) throws Exception {
        List<String> values = IntStream.range(sent, sent + records)
                .mapToObj(number -> "record-" + number + "-é€")
                .toList();
        sent += records;
        if (!values.isEmpty()) {
            send(values);
        }
        return values;
    }

    final void awaitTaken(int records) {
        waiting()
                .await(
                        records + " records were taken",
                        () -> engine.taken().size() >= records,
                        () -> engine.taken().size() + " were, restarts: " + engine.restarts());
    }

    final void staysSo(String what, BooleanSupplier condition) {
        boolean broken = Patience.holdsWithin(watch(), () -> !condition.getAsBoolean());
        assertThat(broken).as("it ceased to be so that " + what).isFalse();
    }

    static void assertKept(ReceiverRun run, String... clauses) {
        for (String clause : clauses) {
            assertThat(run.breaches().of(clause)).as("breaches of " + clause).isEmpty();
        }
    }

    /** All of these were taken, each once, and those of each partition in the order in which they were sent. */
    static void assertInOrderEachOnce(List<TakenRecord> taken, List<String> values) {
        assertThat(taken.stream().map(TakenRecord::value).toList()).containsExactlyInAnyOrderElementsOf(values);
        Map<String, Integer> places = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            places.put(values.get(i), i);
        }
        Map<String, Integer> last = new LinkedHashMap<>();
        for (TakenRecord record : taken) {
            int place = places.getOrDefault(record.value(), -1);
            Integer before = last.put(record.partition(), place);
            assertThat(before == null || before < place)
                    .as("'" + record.value() + "' of partition '" + record.partition() + "' came after record "
                            + before)
                    .isTrue();
        }
    }

    private boolean hasPositions() {
        return provider().guarantee() == Guarantee.POSITIONS;
    }

    // ---- records ----

    @Test
    public void required_receiver_01_recordsAreAppendedInOrderEachOnce() throws Exception {
        ReceiverRun run = started();
        List<String> values = new ArrayList<>(send(300));
        awaitTaken(300);
        values.addAll(send(200));
        awaitTaken(500);
        staysSo("each record comes once", () -> engine.taken().size() == 500);
        assertInOrderEachOnce(engine.taken(), values);
        assertKept(run, "R-01");
    }

    @Test
    public void required_receiver_02_nothingIsAppendedBeforeItsStartIsKnown() throws Exception {
        int before = hasPositions() ? 10 : 0; // others may forget what no client receives
        send(before);
        ReceiverRun run = started();
        send(20);
        awaitTaken(before + 20);
        assertKept(run, "R-02");
        if (hasPositions()) {
            Set<String> partitions = new HashSet<>();
            engine.taken().forEach(record -> partitions.add(record.partition()));
            assertThat(engine.positions().keySet())
                    .as("partitions with a start")
                    .containsAll(partitions);
        }
    }

    // ---- being held up ----

    @Test
    public void required_receiver_05_whatIsRefusedIsKeptAndAppendedLaterInOrder() throws Exception {
        engine.room(0);
        ReceiverRun run = started();
        List<String> values = send(60);
        waiting().await("an append was refused", () -> engine.refusals() > 0);
        assertThat(engine.taken()).isEmpty();
        for (int taken = 7; taken < 60; taken += 7) {
            int refusals = engine.refusals();
            engine.room(7);
            awaitTaken(taken);
            waiting().await("the next one was refused", () -> engine.refusals() > refusals);
            assertThat(engine.taken()).hasSize(taken);
        }
        engine.room(Integer.MAX_VALUE);
        awaitTaken(60);
        staysSo("each record comes once", () -> engine.taken().size() == 60);
        assertInOrderEachOnce(engine.taken(), values);
        assertKept(run, "R-05", "R-01");
    }

    @Test
    public void required_receiver_06_callsReturnAtOnceAlsoWhenHeldUp() throws Exception {
        ReceiverRun run = started();
        send(10);
        awaitTaken(10);
        run.durable(engine.makeDurable());
        run.pause();
        run.resume();
        engine.room(0);
        send(50);
        waiting().await("an append was refused", () -> engine.refusals() > 0);
        for (int i = 0; i < 3; i++) {
            run.durable(engine.makeDurable());
            run.pause();
            run.resume();
        }
        assertKept(run, "R-06");
    }

    @Test
    public void required_receiver_07_nothingIsAppendedWhilePaused() throws Exception {
        ReceiverRun run = started();
        List<String> values = new ArrayList<>(send(20));
        awaitTaken(20);
        for (int i = 1; i <= 3; i++) {
            run.pauseReceiver(); // an engine that refused would see one append at most
            values.addAll(send(20));
            staysSo(
                    "nothing is appended while paused",
                    () -> run.breaches().of("R-07").isEmpty());
            run.resume();
            awaitTaken(20 + 20 * i);
        }
        assertInOrderEachOnce(engine.taken(), values);
        assertKept(run, "R-07");
    }

    // ---- the end ----

    @Test
    public void required_receiver_08_stopEndsAllThreads() throws Exception {
        LiveThreads before = LiveThreads.now();
        ReceiverRun run = started();
        send(20);
        awaitTaken(20);
        run.stop(DEADLINE);
        assertThat(run.plugin().awaitThreads(patience()))
                .as("all threads ended; left are " + run.plugin().running())
                .isTrue();
        assertThat(before.leaked(patience())).as("threads that are left").isEmpty();
        assertKept(run, "R-08");
    }

    @Test
    public void required_receiver_08_stopReturnsWhileHeldUpAndWhilePaused() throws Exception {
        engine.room(5);
        ReceiverRun heldUp = started();
        send(50);
        waiting().await("an append was refused", () -> engine.refusals() > 0);
        heldUp.stop(DEADLINE);
        assertThat(heldUp.plugin().awaitThreads(patience()))
                .as("its threads ended")
                .isTrue();
        engine.room(Integer.MAX_VALUE);
        ReceiverRun paused = started();
        paused.pause();
        paused.stop(DEADLINE);
        assertThat(paused.plugin().awaitThreads(patience()))
                .as("its threads ended")
                .isTrue();
        assertKept(heldUp, "R-08");
        assertKept(paused, "R-08");
    }

    @Test
    public void required_receiver_08_stopWithoutAStartAndStopAgainDoNothing() throws Exception {
        ReceiverRun never = receiver();
        never.stop(DEADLINE);
        assertKept(never, "R-08");
        ReceiverRun run = started();
        run.stop(DEADLINE);
        run.stop(DEADLINE);
        assertKept(run, "R-08");
    }

    @Test
    public void required_receiver_09_aStartThatFailsThrowsAndLeavesNothingBehind() throws Exception {
        LiveThreads before = LiveThreads.now();
        engine.failBegins(new IllegalStateException("the ledger's disk is full"));
        ReceiverRun run = receiver();
        if (hasPositions()) {
            assertThatThrownBy(run::start).hasStackTraceContaining("the ledger's disk is full");
            assertThat(engine.taken())
                    .as("what was appended though its start was not recorded")
                    .isEmpty();
        } else {
            try {
                run.start();
            } catch (Exception e) {
                assertThat(e).hasStackTraceContaining("the ledger's disk is full");
            }
        }
        run.stop(DEADLINE);
        assertThat(before.leaked(patience())).as("threads that are left").isEmpty();
        assertKept(run, "R-08");
        engine.failBegins(null);
        started();
        send(5);
        awaitTaken(5);
    }

    @Test
    public void required_receiver_09_aRecordThatIsTooLargeIsSaidOnceAndWhatFollowsIsNotAppended() throws Exception {
        ReceiverRun run = started();
        send(10);
        awaitTaken(10);
        send(List.of("x".repeat(20_000)));
        waiting().await("a restart was asked for", () -> !engine.restarts().isEmpty());
        SimulatedEngine.Restart asked = engine.restarts().get(0);
        assertThat(asked.reason()).isNotBlank();
        assertThat(asked.error()).isNotNull();
        assertThat(asked.reason() + " " + asked.error()).contains("20000", "record.max-bytes");
        staysSo("nothing follows", () -> run.breaches().of("R-09").isEmpty());
        assertThat(engine.taken()).hasSize(10);
        assertThat(engine.restarts()).hasSize(1);
        run.stop(DEADLINE);
        assertKept(run, "R-09");
    }

    @Test
    public void optional_receiver_10_partitionsWithNothingToReadAreSaidToBeIdle() throws Exception {
        started();
        send(10);
        awaitTaken(10);
        if (tellsIdle()) {
            Set<String> partitions = new HashSet<>();
            engine.taken().forEach(record -> partitions.add(record.partition()));
            waiting()
                    .await(
                            "all that was read to its end is idle",
                            () -> partitions.stream()
                                    .allMatch(partition -> engine.idle().getOrDefault(partition, false)),
                            engine::idle);
        } else {
            staysSo("no partition is said to be idle", () -> engine.idle().isEmpty());
        }
    }

    @Test
    public void required_receiver_11_theAppenderIsUsedByOneThreadAtATime() throws Exception {
        ReceiverRun run = started();
        for (int i = 0; i < 10; i++) {
            engine.room(i % 3);
            send(30);
            run.pause();
            run.resume();
        }
        engine.room(Integer.MAX_VALUE);
        awaitTaken(200);
        assertKept(run, "R-11");
    }

    @Test
    public void required_receiver_12_nothingIsDoneAfterStopReturned() throws Exception {
        engine.room(5);
        ReceiverRun run = started();
        send(50);
        awaitTaken(5);
        run.stop(DEADLINE);
        engine.room(Integer.MAX_VALUE);
        staysSo("the receiver is silent", () -> run.breaches().of("R-12").isEmpty());
        assertThat(engine.taken()).hasSize(5);
        assertKept(run, "R-12");
    }

    @Test
    public void required_receiver_13_anEngineThatFailsIsAReasonToRestartNotToFallSilent() throws Exception {
        ReceiverRun run = started();
        send(5);
        awaitTaken(5);
        engine.failAppends(new IllegalStateException("the engine is out of order"));
        send(5);
        waiting().await("a restart was asked for", () -> !engine.restarts().isEmpty());
        assertThat(engine.restarts().get(0).error()).hasStackTraceContaining("the engine is out of order");
        run.stop(DEADLINE);
        assertKept(run, "R-08");
    }

    @Test
    public void required_receiver_14_aMarkThatComesLateIsNoError() throws Exception {
        ReceiverRun run = started();
        send(5);
        awaitTaken(5);
        DurableMark mark = engine.makeDurable();
        run.stop(DEADLINE);
        run.durable(mark);
        ReceiverRun never = receiver();
        never.durable(mark);
        never.pause();
        never.resume();
        never.stop(DEADLINE);
        assertKept(run, "R-06", "R-12");
        assertKept(never, "R-06", "R-08");
    }

    @Test
    public void required_receiver_16_anotherReceiverGoesOnWhereTheLedgerIs() throws Exception {
        ReceiverRun first = started();
        send(20);
        awaitTaken(20);
        DurableMark mark = engine.makeDurable();
        Map<String, Position> ledger = mark.positions();
        first.durable(mark);
        first.stop(DEADLINE);
        ReceiverRun second = started();
        List<String> more = send(20);
        waiting()
                .await(
                        "the second receiver's records came",
                        () -> engine.values().containsAll(more));
        assertKept(second, "R-01", "R-02");
        if (hasPositions()) {
            assertThat(engine.taken().subList(20, engine.taken().size()))
                    .allSatisfy(record -> assertThat(record.offset())
                            .isGreaterThanOrEqualTo(ledger.getOrDefault(record.partition(), Position.of(0))
                                    .number()));
        }
    }

    // ---- all of it, by chance ----

    @Test
    public void stochastic_receiver_17_whateverTheEngineDoesNothingIsLostOrDoubledWhileItRuns() throws Exception {
        Seed seed = Seed.next();
        Random random = seed.random();
        ReceiverRun run = started();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            switch (random.nextInt(5)) {
                case 0 -> values.addAll(send(1 + random.nextInt(40)));
                case 1 -> engine.room(random.nextInt(20));
                case 2 -> run.pause();
                case 3 -> run.resume();
                default -> run.durable(engine.makeDurable(random.nextInt(30)));
            }
        }
        engine.room(Integer.MAX_VALUE);
        run.resume();
        awaitTaken(values.size());
        run.durable(engine.makeDurable());
        run.stop(DEADLINE);
        assertInOrderEachOnce(engine.taken(), values);
        assertThat(run.breaches().all()).as(seed.toString()).isEmpty();
    }
}
