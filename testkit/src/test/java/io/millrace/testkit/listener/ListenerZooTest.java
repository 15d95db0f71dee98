// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Zoo;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Listeners with one flaw each: the kit must find it, and nothing else. */
class ListenerZooTest {
    @Test
    void L01_onesThatAreNotTheirOwn() {
        assertThat(Zoo.failing(IsShared.class, 1)).containsExactly(1);
        assertThat(Zoo.failing(ClosesItsSisters.class, 1)).containsExactly(1);
    }

    @Test
    void L02_onesThatDoNotTakeEveryEvent() {
        assertThat(Zoo.failing(ThrowsWithoutAStackTrace.class, 2)).containsExactly(2);
        assertThat(Zoo.failing(LeavesItsThreadInterrupted.class, 2)).containsExactly(2);
    }

    /** The clause about the order is proved by chance, and what comes without its beginning by clause 2, too. */
    @Test
    void L03_oneThatNeedsAStart() {
        assertThat(Zoo.failing(NeedsAStart.class, 2)).containsExactly(2);
    }

    @Test
    void L04_oneThatIsSlow() {
        assertThat(Zoo.failing(IsSlow.class, 4)).containsExactly(4);
    }

    @Test
    void L05_oneThatKnowsItsThread() {
        assertThat(Zoo.failing(MustBeClosedByItsMaker.class, 5)).containsExactly(5);
    }

    @Test
    void L06_onesThatCloseBadly() {
        assertThat(Zoo.failing(LeaksAThread.class, 6)).containsExactly(6);
        assertThat(Zoo.failing(ThrowsWhenClosedAgain.class, 6)).containsExactly(6);
        assertThat(Zoo.failing(ThrowsWhenClosedUntold.class, 6)).containsExactly(6);
    }

    @Test
    void L07_oneThatIsInItsOwnWay() {
        assertThat(Zoo.failing(KeepsItsJournalLocked.class, 7)).containsExactly(7);
    }

    @Test
    void L08_onesThatRefuseBadly() {
        assertThat(Zoo.failing(TakesAnything.class, 8)).containsExactly(8);
        assertThat(Zoo.failing(RefusesWithoutACode.class, 8)).containsExactly(8);
        assertThat(Zoo.failing(RefusesWithoutTheValue.class, 8)).containsExactly(8);
        assertThat(Zoo.failing(LeaksWhenItRefuses.class, 8)).containsExactly(8);
    }

    /** The kit with less patience: what is broken costs all of it. */
    abstract static class Kit extends JournalConformanceTest {
        private final ListenerFlaw flaw;

        Kit(ListenerFlaw flaw) {
            this.flaw = flaw;
        }

        @Override
        ListenerFlaw flaw() {
            return flaw;
        }

        @Override
        protected Duration patience() {
            return Zoo.patience();
        }
    }

    static class IsShared extends Kit {
        IsShared() {
            super(ListenerFlaw.IS_SHARED);
        }
    }

    static class ClosesItsSisters extends Kit {
        ClosesItsSisters() {
            super(ListenerFlaw.CLOSES_ITS_SISTERS);
        }
    }

    static class ThrowsWithoutAStackTrace extends Kit {
        ThrowsWithoutAStackTrace() {
            super(ListenerFlaw.THROWS_WITHOUT_A_STACK_TRACE);
        }
    }

    static class LeavesItsThreadInterrupted extends Kit {
        LeavesItsThreadInterrupted() {
            super(ListenerFlaw.LEAVES_ITS_THREAD_INTERRUPTED);
        }
    }

    static class NeedsAStart extends Kit {
        NeedsAStart() {
            super(ListenerFlaw.NEEDS_A_START);
        }
    }

    static class IsSlow extends Kit {
        IsSlow() {
            super(ListenerFlaw.IS_SLOW);
        }

        /** 7,000 events of 0.2 ms at least cannot keep this on any machine. */
        @Override
        protected Duration promptness() {
            return Duration.ofMillis(500);
        }
    }

    static class MustBeClosedByItsMaker extends Kit {
        MustBeClosedByItsMaker() {
            super(ListenerFlaw.MUST_BE_CLOSED_BY_ITS_MAKER);
        }
    }

    static class LeaksAThread extends Kit {
        LeaksAThread() {
            super(ListenerFlaw.LEAKS_A_THREAD);
        }
    }

    static class ThrowsWhenClosedAgain extends Kit {
        ThrowsWhenClosedAgain() {
            super(ListenerFlaw.THROWS_WHEN_CLOSED_AGAIN);
        }
    }

    static class ThrowsWhenClosedUntold extends Kit {
        ThrowsWhenClosedUntold() {
            super(ListenerFlaw.THROWS_WHEN_CLOSED_UNTOLD);
        }
    }

    static class KeepsItsJournalLocked extends Kit {
        KeepsItsJournalLocked() {
            super(ListenerFlaw.KEEPS_ITS_JOURNAL_LOCKED);
        }
    }

    static class TakesAnything extends Kit {
        TakesAnything() {
            super(ListenerFlaw.TAKES_ANYTHING);
        }
    }

    static class RefusesWithoutACode extends Kit {
        RefusesWithoutACode() {
            super(ListenerFlaw.REFUSES_WITHOUT_A_CODE);
        }
    }

    static class RefusesWithoutTheValue extends Kit {
        RefusesWithoutTheValue() {
            super(ListenerFlaw.REFUSES_WITHOUT_THE_VALUE);
        }
    }

    static class LeaksWhenItRefuses extends Kit {
        LeaksWhenItRefuses() {
            super(ListenerFlaw.LEAKS_WHEN_IT_REFUSES);
        }
    }
}
