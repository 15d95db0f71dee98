// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scheduler;

import io.millrace.spi.scheduler.SchedulerProvider;
import io.millrace.testkit.scheduler.SchedulerConformance;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

class LocalSchedulerConformanceTest extends SchedulerConformance {
    @Override
    protected SchedulerProvider provider() {
        return new LocalSchedulerProvider();
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of("threads", "3");
    }

    @Override
    protected Optional<Map<String, String>> retrying(int maxFailures, Duration pause) {
        return Optional.of(Map.of(
                "task.max-failures", Integer.toString(maxFailures), "task.retry-backoff", pause.toMillis() + "ms"));
    }

    @Override
    protected Optional<Map<String, String>> deadline(Duration deadline) {
        return Optional.of(Map.of("job.deadline", deadline.toMillis() + "ms"));
    }
}
