// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Zoo;
import io.millrace.testkit.scheduler.PoolScheduler.SchedulerFlaw;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Schedulers with one flaw each: the kit must find it. */
class SchedulerZooTest {
    @Test
    void J02_oneThatRunsATaskTwice() {
        assertThat(Zoo.failing(RunsATaskTwice.class, 2)).contains(2);
    }

    @Test
    void J05_oneThatExchangesInAnyOrder() {
        assertThat(Zoo.failing(ExchangesInAnyOrder.class, 5)).contains(5);
    }

    @Test
    void J06_oneThatTellsTheEndTwice() {
        assertThat(Zoo.failing(TellsTheEndTwice.class, 6)).contains(6);
    }

    @Test
    void J07_oneThatBlocksInSubmit() {
        assertThat(Zoo.failing(BlocksInSubmit.class, 7)).contains(7);
    }

    @Test
    void J10_oneThatNamesTheWrongPartition() {
        assertThat(Zoo.failing(NamesTheWrongPartition.class, 10)).contains(10);
    }

    @Test
    void J11_oneThatGoesOnAfterAFailure() {
        assertThat(Zoo.failing(GoesOnAfterAFailure.class, 11)).contains(11);
    }

    @Test
    void J20_oneThatRunsWhatIsCancelled() {
        assertThat(Zoo.failing(RunsWhatIsCancelled.class, 20)).contains(20);
    }

    @Test
    void J23_oneThatCancelsEverything() {
        assertThat(Zoo.failing(CancelsEverything.class, 23)).contains(23);
    }

    @Test
    void J41_oneThatIgnoresTheOrderOfState() {
        assertThat(Zoo.failing(IgnoresTheOrderOfState.class, 41)).contains(41);
    }

    @Test
    void J50_oneThatLeaksItsThreads() {
        assertThat(Zoo.failing(LeaksItsThreads.class, 50)).contains(50);
    }

    @Test
    void J51_oneThatForgetsJobsAtTheClose() {
        assertThat(Zoo.failing(ForgetsJobsAtTheClose.class, 51)).contains(51);
    }

    @Test
    void J52_oneThatTakesJobsWhenClosed() {
        assertThat(Zoo.failing(TakesJobsWhenClosed.class, 52)).contains(52);
    }

    abstract static class Kit extends PoolSchedulerConformanceTest {
        @Override
        protected Duration patience() {
            return Zoo.patience();
        }

        @Override
        protected Duration watch() {
            return Zoo.watch();
        }
    }

    static class RunsATaskTwice extends Kit {
        @Override
        SchedulerFlaw flaw() {
            return SchedulerFlaw.RUNS_A_TASK_TWICE;
        }
    }

    static class ExchangesInAnyOrder extends Kit {
        @Override
        SchedulerFlaw flaw() {
            return SchedulerFlaw.EXCHANGES_IN_ANY_ORDER;
        }
    }

    static class TellsTheEndTwice extends Kit {
        @Override
        SchedulerFlaw flaw() {
            return SchedulerFlaw.TELLS_THE_END_TWICE;
        }
    }

    static class BlocksInSubmit extends Kit {
        @Override
        SchedulerFlaw flaw() {
            return SchedulerFlaw.BLOCKS_IN_SUBMIT;
        }
    }

    static class NamesTheWrongPartition extends Kit {
        @Override
        SchedulerFlaw flaw() {
            return SchedulerFlaw.NAMES_THE_WRONG_PARTITION;
        }
    }

    static class GoesOnAfterAFailure extends Kit {
        @Override
        SchedulerFlaw flaw() {
            return SchedulerFlaw.GOES_ON_AFTER_A_FAILURE;
        }
    }

    static class RunsWhatIsCancelled extends Kit {
        @Override
        SchedulerFlaw flaw() {
            return SchedulerFlaw.RUNS_WHAT_IS_CANCELLED;
        }
    }

    static class CancelsEverything extends Kit {
        @Override
        SchedulerFlaw flaw() {
            return SchedulerFlaw.CANCELS_EVERYTHING;
        }
    }

    static class IgnoresTheOrderOfState extends Kit {
        @Override
        SchedulerFlaw flaw() {
            return SchedulerFlaw.IGNORES_THE_ORDER_OF_STATE;
        }
    }

    static class LeaksItsThreads extends Kit {
        @Override
        SchedulerFlaw flaw() {
            return SchedulerFlaw.LEAKS_ITS_THREADS;
        }
    }

    static class ForgetsJobsAtTheClose extends Kit {
        @Override
        SchedulerFlaw flaw() {
            return SchedulerFlaw.FORGETS_JOBS_AT_THE_CLOSE;
        }
    }

    static class TakesJobsWhenClosed extends Kit {
        @Override
        SchedulerFlaw flaw() {
            return SchedulerFlaw.TAKES_JOBS_WHEN_CLOSED;
        }
    }
}
