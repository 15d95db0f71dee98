// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.Settings;
import io.millrace.spi.scheduler.Scheduler;
import java.util.List;

/** What {@link EngineOptions#BATCH_JOBS} says, and what cannot be had beside it. */
final class JobsSetting {
    private JobsSetting() {}

    /** Whether each output has a job of its own, and nothing of a program runs at once. */
    static boolean oneByOne(Settings settings) {
        return settings.get(EngineOptions.BATCH_JOBS) == EngineOptions.Jobs.ONE_BY_ONE;
    }

    /** Refuses settings that contradict each other, and a scheduler whose tasks cannot see what outputs did. */
    static void check(Program program, Scheduler scheduler) {
        Settings settings = program.settings();
        if (!oneByOne(settings)) {
            return;
        }
        String given = "'" + program.id() + "': " + EngineOptions.BATCH_JOBS.key() + " = one-by-one";
        for (ConfigOption<Long> atOnce : List.of(EngineOptions.OUTPUTS_CONCURRENT, EngineOptions.BATCHES_CONCURRENT)) {
            if (settings.get(atOnce) > 1) {
                throw new MillraceException(
                        ErrorCode.USER_CONFIG,
                        given + " lets nothing run at once, and " + atOnce.key() + " = " + settings.get(atOnce)
                                + " asks for it: remove one of them");
            }
        }
        if (!scheduler.capabilities().sharesMemory()) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    given + " is for operators that see what outputs did to objects of this process, and the tasks of"
                            + " scheduler '" + settings.get(EngineOptions.SCHEDULER)
                            + "' run in others: keep what they look up in a state, and join it, as 'From Spark Streaming'"
                            + " in the documentation shows");
        }
    }
}
