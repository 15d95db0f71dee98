// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.scheduler;

import io.millrace.spi.scheduler.SchedulerProvider;
import io.millrace.testkit.scheduler.PoolScheduler.SchedulerFlaw;

/** The scheduler that has no flaw, tries nothing again and knows no deadlines; those of the zoo extend it. */
class PoolSchedulerConformanceTest extends SchedulerConformance {
    SchedulerFlaw flaw() {
        return SchedulerFlaw.NONE;
    }

    @Override
    protected SchedulerProvider provider() {
        return new PoolScheduler.Provider(flaw());
    }
}
