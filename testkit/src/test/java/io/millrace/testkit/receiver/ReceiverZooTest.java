// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Zoo;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Receivers with one flaw each: the kit must find it, and nothing else. */
class ReceiverZooTest {
    @Test
    void R01_oneThatDoublesRecords() {
        assertThat(Zoo.failing(Doubles.class, 1)).containsExactly(1);
    }

    @Test
    void R02_oneThatAppendsBeforeItsStartIsKnown() {
        assertThat(Zoo.failing(AppendsBeforeBegin.class, 2)).containsExactly(2);
    }

    @Test
    void R03_oneThatBelievesTheSource() {
        assertThat(Zoo.failing(BelievesTheSource.class, 3)).containsExactly(3);
    }

    @Test
    void R04_onesThatAcknowledgeTooMuch() {
        assertThat(Zoo.failing(AcksEarly.class, 4)).containsExactly(4);
        assertThat(Zoo.failing(AcksOneMore.class, 4)).containsExactly(4);
        assertThat(Zoo.failing(AcksAllAtTheStop.class, 4)).containsExactly(4);
    }

    @Test
    void R05_oneThatLosesWhatWasRefused() {
        assertThat(Zoo.failing(LosesWhatWasRefused.class, 5)).containsExactly(5);
    }

    @Test
    void R06_oneThatBlocksInACall() {
        assertThat(Zoo.failing(BlocksInACall.class, 6)).containsExactly(6);
    }

    @Test
    void R07_oneThatDoesNotPause() {
        assertThat(Zoo.failing(DoesNotPause.class, 7)).containsExactly(7);
    }

    @Test
    void R08_onesThatDoNotStop() {
        assertThat(Zoo.failing(LeaksAThread.class, 8)).containsExactly(8);
        assertThat(Zoo.failing(StopsOnceOnly.class, 8)).containsExactly(8);
    }

    @Test
    void R09_onesThatFailBadly() {
        assertThat(Zoo.failing(SkipsWhatIsTooLarge.class, 9)).containsExactly(9);
        assertThat(Zoo.failing(RestartsTwice.class, 9)).containsExactly(9);
        assertThat(Zoo.failing(LeaksWhenTheStartFails.class, 9)).containsExactly(9);
    }

    @Test
    void R10_oneThatDoesNotSayWhatItSaysThatItSays() {
        assertThat(Zoo.failing(NeverIdle.class, 10)).containsExactly(10);
    }

    @Test
    void R11_oneThatUsesTwoThreads() {
        assertThat(Zoo.failing(AppendsOnTwoThreads.class, 11)).containsExactly(11);
    }

    @Test
    void R12_oneThatGoesOnAfterTheStop() {
        assertThat(Zoo.failing(GoesOnAfterTheStop.class, 12)).containsExactly(12);
    }

    @Test
    void R13_oneThatFallsSilent() {
        assertThat(Zoo.failing(FallsSilent.class, 13)).containsExactly(13);
    }

    @Test
    void R14_oneThatThrowsAtLateMarks() {
        assertThat(Zoo.failing(ThrowsAtLateMarks.class, 14)).containsExactly(14);
    }

    @Test
    void R15_oneThatAcknowledgesAtTheStopOnly() {
        assertThat(Zoo.failing(AcksAtTheStopOnly.class, 15)).containsExactly(15);
    }

    @Test
    void R16_oneThatBeginsBehindTheLedger() {
        assertThat(Zoo.failing(BeginsBehindTheLedger.class, 16)).containsExactly(16);
    }

    /** The kit with less patience: what is broken costs all of it. */
    abstract static class Kit extends MemoryReceiverConformanceTest {
        private final Flaw flaw;

        Kit(Flaw flaw) {
            this.flaw = flaw;
        }

        @Override
        Flaw flaw() {
            return flaw;
        }

        @Override
        protected Duration patience() {
            return Zoo.patience();
        }

        @Override
        protected Duration prompt() {
            return Zoo.patience();
        }

        @Override
        protected Duration watch() {
            return Zoo.watch();
        }
    }

    static class Doubles extends Kit {
        Doubles() {
            super(Flaw.DOUBLES);
        }
    }

    static class AppendsBeforeBegin extends Kit {
        AppendsBeforeBegin() {
            super(Flaw.APPENDS_BEFORE_BEGIN);
        }
    }

    static class BelievesTheSource extends Kit {
        BelievesTheSource() {
            super(Flaw.BELIEVES_THE_SOURCE);
        }
    }

    static class AcksEarly extends Kit {
        AcksEarly() {
            super(Flaw.ACKS_EARLY);
        }
    }

    static class AcksOneMore extends Kit {
        AcksOneMore() {
            super(Flaw.ACKS_WHAT_WAS_READ_LAST_AND_ONE_MORE);
        }
    }

    static class AcksAllAtTheStop extends Kit {
        AcksAllAtTheStop() {
            super(Flaw.ACKS_ALL_AT_THE_STOP);
        }

        /** Nothing is to be seen before the stop. */
        @Override
        protected Duration watch() {
            return Duration.ofMillis(100);
        }
    }

    static class LosesWhatWasRefused extends Kit {
        LosesWhatWasRefused() {
            super(Flaw.LOSES_WHAT_WAS_REFUSED);
        }
    }

    static class BlocksInACall extends Kit {
        BlocksInACall() {
            super(Flaw.BLOCKS_IN_A_CALL);
        }
    }

    static class DoesNotPause extends Kit {
        DoesNotPause() {
            super(Flaw.DOES_NOT_PAUSE);
        }
    }

    static class LeaksAThread extends Kit {
        LeaksAThread() {
            super(Flaw.LEAKS_A_THREAD);
        }
    }

    static class StopsOnceOnly extends Kit {
        StopsOnceOnly() {
            super(Flaw.STOPS_ONCE_ONLY);
        }
    }

    static class SkipsWhatIsTooLarge extends Kit {
        SkipsWhatIsTooLarge() {
            super(Flaw.SKIPS_WHAT_IS_TOO_LARGE);
        }
    }

    static class RestartsTwice extends Kit {
        RestartsTwice() {
            super(Flaw.RESTARTS_TWICE);
        }
    }

    static class LeaksWhenTheStartFails extends Kit {
        LeaksWhenTheStartFails() {
            super(Flaw.LEAKS_WHEN_THE_START_FAILS);
        }
    }

    static class NeverIdle extends Kit {
        NeverIdle() {
            super(Flaw.NEVER_IDLE);
        }
    }

    static class AppendsOnTwoThreads extends Kit {
        AppendsOnTwoThreads() {
            super(Flaw.APPENDS_ON_TWO_THREADS);
        }
    }

    static class GoesOnAfterTheStop extends Kit {
        GoesOnAfterTheStop() {
            super(Flaw.GOES_ON_AFTER_THE_STOP);
        }
    }

    static class FallsSilent extends Kit {
        FallsSilent() {
            super(Flaw.FALLS_SILENT);
        }
    }

    static class ThrowsAtLateMarks extends Kit {
        ThrowsAtLateMarks() {
            super(Flaw.THROWS_AT_LATE_MARKS);
        }
    }

    static class AcksAtTheStopOnly extends Kit {
        AcksAtTheStopOnly() {
            super(Flaw.ACKS_AT_THE_STOP_ONLY);
        }
    }

    static class BeginsBehindTheLedger extends Kit {
        BeginsBehindTheLedger() {
            super(Flaw.BEGINS_BEHIND_THE_LEDGER);
        }
    }
}
