// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Zoo;
import io.millrace.testkit.receiver.MemoryTable.DirectFlaw;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Direct sources with one flaw each: the kit must find it. */
class DirectZooTest {
    @Test
    void R20_onesThatDoNotSayWhatIsNotThere() {
        assertThat(Zoo.failing(GivesFewerInSilence.class, 20)).containsExactly(20);
        assertThat(Zoo.failing(InventsWhatNeverWas.class, 20)).containsExactly(20);
    }

    @Test
    void R20_onesThatGoOnWithoutWhatTheyStillHave() {
        assertThat(Zoo.failing(GivesUpWhatItHas.class, 20)).containsExactly(20);
        assertThat(Zoo.failing(SkipsWhatComesNext.class, 20)).contains(20);
    }

    @Test
    void R24_oneThatIgnoresTheLimit() {
        assertThat(Zoo.failing(IgnoresTheLimit.class, 24)).containsExactly(24);
    }

    @Test
    void R26_oneThatBelievesWhatItPublished() {
        assertThat(Zoo.failing(BelievesWhatItPublished.class, 26)).contains(26);
    }

    @Test
    void R27_oneThatPlansEmptyRanges() {
        assertThat(Zoo.failing(PlansEmptyRanges.class, 27)).contains(27);
    }

    @Test
    void R28_oneThatGoesOnWithWhatWasLeft() {
        assertThat(Zoo.failing(GoesOnWithWhatWasLeft.class, 28)).contains(28);
    }

    @Test
    void R29_oneThatLeaksAThread() {
        assertThat(Zoo.failing(LeaksAThread.class, 29)).containsExactly(29);
    }

    @Test
    void R21_oneThatReadsWhatComesLater() {
        assertThat(Zoo.failing(ReadsWhatComesLater.class, 21)).contains(21);
    }

    abstract static class Kit extends MemoryTableConformanceTest {
        @Override
        protected Duration patience() {
            return Zoo.patience();
        }

        @Override
        protected Duration prompt() {
            return Zoo.patience();
        }
    }

    static class GivesFewerInSilence extends Kit {
        @Override
        DirectFlaw flaw() {
            return DirectFlaw.GIVES_FEWER_IN_SILENCE;
        }
    }

    static class GivesUpWhatItHas extends Kit {
        @Override
        DirectFlaw flaw() {
            return DirectFlaw.GIVES_UP_WHAT_IT_HAS;
        }
    }

    static class SkipsWhatComesNext extends Kit {
        @Override
        DirectFlaw flaw() {
            return DirectFlaw.SKIPS_WHAT_COMES_NEXT;
        }
    }

    static class InventsWhatNeverWas extends Kit {
        @Override
        DirectFlaw flaw() {
            return DirectFlaw.INVENTS_WHAT_NEVER_WAS;
        }
    }

    static class IgnoresTheLimit extends Kit {
        @Override
        DirectFlaw flaw() {
            return DirectFlaw.IGNORES_THE_LIMIT;
        }
    }

    static class BelievesWhatItPublished extends Kit {
        @Override
        DirectFlaw flaw() {
            return DirectFlaw.BELIEVES_WHAT_IT_PUBLISHED;
        }
    }

    static class PlansEmptyRanges extends Kit {
        @Override
        DirectFlaw flaw() {
            return DirectFlaw.PLANS_EMPTY_RANGES;
        }
    }

    static class GoesOnWithWhatWasLeft extends Kit {
        @Override
        DirectFlaw flaw() {
            return DirectFlaw.GOES_ON_WITH_WHAT_WAS_LEFT;
        }
    }

    static class LeaksAThread extends Kit {
        @Override
        DirectFlaw flaw() {
            return DirectFlaw.LEAKS_A_THREAD;
        }
    }

    static class ReadsWhatComesLater extends Kit {
        @Override
        DirectFlaw flaw() {
            return DirectFlaw.READS_WHAT_COMES_LATER;
        }
    }
}
