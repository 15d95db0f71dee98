// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scheduler;

import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.scheduler.Scheduler;
import io.millrace.spi.scheduler.SchedulerProvider;
import java.time.Duration;

/** Provides the scheduler named {@code local}. */
public final class LocalSchedulerProvider implements SchedulerProvider {
    static final ConfigOption<Long> THREADS = ConfigOption.number(
            "threads", 1, 1024, "how many tasks run at once; as many as there are processors if it is not set");

    static final ConfigOption<Long> MAX_FAILURES = ConfigOption.number(
                    "task.max-failures", 1, 1000, "how often a task may fail before its job does")
            .withDefault("4");
    static final ConfigOption<Duration> RETRY_BACKOFF = ConfigOption.duration(
                    "task.retry-backoff",
                    Duration.ZERO,
                    "how long a failed task waits before it is tried again; twice as long after each further failure")
            .withDefault("100ms");
    static final ConfigOption<Duration> DEADLINE = ConfigOption.duration(
            "job.deadline",
            Duration.ofMillis(1),
            "how long the job of a batch may run before it is interrupted and fails; no limit if it is not set");

    @Override
    public String name() {
        return "local";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of(THREADS, MAX_FAILURES, RETRY_BACKOFF, DEADLINE);
    }

    @Override
    public Scheduler create(PluginContext context) {
        int threads = context.settings()
                .find(THREADS)
                .map(Math::toIntExact)
                .orElseGet(() -> Runtime.getRuntime().availableProcessors());
        TaskPolicy policy = new TaskPolicy(
                Math.toIntExact(context.settings().get(MAX_FAILURES)),
                context.settings().get(RETRY_BACKOFF),
                context.settings().find(DEADLINE).orElse(Duration.ZERO));
        return new LocalScheduler(threads, policy, context.clock(), context.threads());
    }
}
