// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.ReceiverProvider.Guarantee;
import io.millrace.testkit.Verdict;
import io.millrace.testkit.internal.Patience;
import io.millrace.testkit.internal.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Proves that a receiver keeps its contract, {@code docs/spec/receiver.md}, if its source is told what was taken: a
 * receiver of {@link Guarantee#POSITIONS} or {@link Guarantee#ACK_TOKENS}. Extend it as {@link PushReceiverConformance},
 * and say what the source was told. Acknowledge as often as the settings allow, so that what is done too early is seen. A
 * source that is told nothing, because it keeps its records and the ledger alone says what comes next, says so by {@link
 * #isTold}.
 *
 * @since 0.1
 */
public abstract class ReliableReceiverConformance extends PushReceiverConformance {
    /** Makes a test of a receiver. */
    protected ReliableReceiverConformance() {}

    /** The values of the records that the source was told to be done with, as it sees it now. */
    protected Set<String> acknowledged() throws Exception {
        return Set.of();
    }

    /**
     * Whether the source is told what was taken. One that is not, such as a table or a file, is a source of {@link
     * Guarantee#POSITIONS}.
     */
    protected boolean isTold() {
        return true;
    }

    /** Whether the source is told; if not, says that what is about acknowledgements does not apply. */
    private boolean isTold(TestReporter reporter) {
        if (isTold()) {
            return true;
        }
        assertThat(provider().guarantee())
                .as("what a receiver promises whose source is told nothing")
                .isEqualTo(Guarantee.POSITIONS);
        Verdict.refused(reporter, "the source is told nothing");
        return false;
    }

    private Set<String> told() {
        try {
            return acknowledged();
        } catch (Exception e) {
            throw new AssertionError("the source could not be asked what it was told", e);
        }
    }

    private boolean hasPositions() {
        return provider().guarantee() == Guarantee.POSITIONS;
    }

    @Test
    public void required_receiver_00_theGuaranteeIsDeclared() {
        assertThat(provider().guarantee())
                .as("what a receiver of this suite promises")
                .isIn(Guarantee.POSITIONS, Guarantee.ACK_TOKENS);
    }

    @Test
    public void required_receiver_04_nothingIsAcknowledgedThatIsNotDurable(TestReporter reporter) throws Exception {
        if (!isTold(reporter)) {
            return;
        }
        ReceiverRun run = started();
        send(30);
        awaitTaken(30);
        boolean early = Patience.holdsWithin(watch(), () -> !told().isEmpty());
        assertThat(early).as("something was acknowledged that is not durable").isFalse();
        run.stop(DEADLINE);
        assertThat(told())
                .as("what was acknowledged by the stop, though nothing is durable")
                .isEmpty();
    }

    @Test
    public void required_receiver_04_anAcknowledgementNeverPassesTheMark(TestReporter reporter) throws Exception {
        if (!isTold(reporter)) {
            return;
        }
        ReceiverRun run = started();
        send(50);
        awaitTaken(50);
        for (int i = 0; i < 3; i++) {
            run.durable(engine.makeDurable(10));
            boolean beyond =
                    Patience.holdsWithin(watch(), () -> !engine.durableValues().containsAll(told()));
            assertThat(beyond).as("something was acknowledged beyond the mark").isFalse();
        }
        run.stop(DEADLINE);
        assertThat(engine.durableValues()).as("what may be acknowledged").containsAll(told());
    }

    @Test
    public void required_receiver_08_stopAcknowledgesWhatIsDurable(TestReporter reporter) throws Exception {
        if (!isTold(reporter)) {
            return;
        }
        ReceiverRun run = started();
        send(40);
        awaitTaken(40);
        run.durable(engine.makeDurable(25));
        run.stop(DEADLINE);
        assertThat(told()).as("what was acknowledged").containsAll(engine.durableValues());
    }

    @Test
    public void required_receiver_15_marksAreAcknowledgedBeforeLongAlsoThoseThatComeLate(TestReporter reporter)
            throws Exception {
        if (!isTold(reporter)) {
            return;
        }
        ReceiverRun run = started();
        send(20);
        awaitTaken(20);
        DurableMark late = engine.makeDurable(10);
        int lately = engine.durableValues().size();
        send(20);
        awaitTaken(40);
        run.durable(late);
        waiting().await("the late mark is acknowledged", () -> told().size() >= lately, this::told);
        run.durable(engine.makeDurable());
        waiting().await("all that is durable is acknowledged", () -> told().size() == 40, this::told);
    }

    @Test
    public void required_receiver_03_theLedgerIsRightAboutWhereToGoOn() throws Exception {
        ReceiverRun first = started();
        List<String> values = new ArrayList<>(send(30));
        awaitTaken(30);
        engine.makeDurable(20); // the process dies before the receiver hears of it
        first.stop(Duration.ZERO);
        ReceiverRun second = started();
        values.addAll(send(10));
        waiting().await("what was not durable came again", () -> engine.values().containsAll(values));
        if (hasPositions()) {
            staysSo("nothing durable comes again", () -> engine.taken().size() <= 40);
            assertInOrderEachOnce(engine.taken(), values);
        }
        second.stop(DEADLINE);
    }

    @Test
    public void required_receiver_16_whatWasNotDurableIsReadAgainByTheNextReceiver() throws Exception {
        ReceiverRun first = started();
        List<String> values = new ArrayList<>(send(40));
        awaitTaken(40);
        first.durable(engine.makeDurable(15));
        first.stop(DEADLINE);
        ReceiverRun second = started();
        waiting().await("what was not durable came again", () -> engine.values().containsAll(values), engine::values);
        if (hasPositions()) {
            staysSo("nothing else came", () -> engine.taken().size() <= 40);
            assertInOrderEachOnce(engine.taken(), values);
        }
        assertKept(second, "R-01", "R-02");
    }

    @Test
    public void required_receiver_19_tokensGrow() throws Exception {
        ReceiverRun run = started();
        send(50);
        awaitTaken(50);
        run.durable(engine.makeDurable(20));
        send(50);
        awaitTaken(100);
        assertKept(run, "R-19");
        run.durable(engine.makeDurable());
        run.stop(DEADLINE);
        assertThat(engine.durableValues()).as("what positions or tokens cover").hasSize(100);
    }

    @Test
    public void stochastic_receiver_18_nothingIsLostThroughRestartsAndNothingAcknowledgedThatCouldBe()
            throws Exception {
        Seed seed = Seed.next();
        Random random = seed.random();
        List<String> values = new ArrayList<>();
        List<ReceiverRun> all = new ArrayList<>();
        ReceiverRun run = started();
        all.add(run);
        for (int i = 0; i < 40; i++) {
            switch (random.nextInt(7)) {
                case 0, 1 -> values.addAll(send(1 + random.nextInt(30)));
                case 2 -> engine.room(random.nextInt(60));
                case 3 -> {
                    run.pause();
                    run.resume();
                }
                case 4, 5 -> run.durable(engine.makeDurable(random.nextInt(40)));
                default -> {
                    if (random.nextInt(3) == 0) {
                        run.stop(random.nextBoolean() ? DEADLINE : Duration.ZERO);
                        run = started();
                        all.add(run);
                    }
                }
            }
            if (i % 5 == 0) {
                assertThat(engine.durableValues()).as(seed.toString()).containsAll(told());
            }
        }
        engine.room(Integer.MAX_VALUE);
        waiting()
                .await("every record came (" + seed + ")", () -> engine.values().containsAll(values));
        run.durable(engine.makeDurable());
        run.stop(DEADLINE);
        if (hasPositions()) {
            assertInOrderEachOnce(engine.taken(), values);
        }
        if (isTold()) {
            assertThat(told()).as(seed.toString()).containsExactlyInAnyOrderElementsOf(values);
        }
        all.forEach(one -> assertThat(one.breaches().all()).as(seed.toString()).isEmpty());
    }
}
