// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import io.millrace.spi.scheduler.SchedulerProvider;
import io.millrace.testkit.scheduler.SchedulerConformance;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The suite of schedulers, on instances that the host made. A setting of the name that the local scheduler has for it says
 * that a scheduler tries tasks again, or ends jobs that take too long.
 */
@ExtendWith(SubjectResolver.class)
class SchedulerTck extends SchedulerConformance {
    private final Subject subject;
    private final SchedulerProvider provider;

    SchedulerTck(Subject subject) {
        this.subject = subject;
        this.provider = subject.trial().scheduler(subject.found());
    }

    @Override
    protected SchedulerProvider provider() {
        return provider;
    }

    @Override
    protected Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(subject.given());
        if (takes("threads")) {
            settings.putIfAbsent("threads", "3"); // some clauses need two tasks at once, on any machine
        }
        return settings;
    }

    @Override
    protected Optional<Map<String, String>> retrying(int maxFailures, Duration pause) {
        return takes("task.max-failures", "task.retry-backoff")
                ? Optional.of(Map.of(
                        "task.max-failures",
                        Integer.toString(maxFailures),
                        "task.retry-backoff",
                        pause.toMillis() + "ms"))
                : Optional.empty();
    }

    @Override
    protected Optional<Map<String, String>> deadline(Duration deadline) {
        return takes("job.deadline")
                ? Optional.of(Map.of("job.deadline", deadline.toMillis() + "ms"))
                : Optional.empty();
    }

    private boolean takes(String... keys) {
        List<String> known =
                provider.config().options().stream().map(option -> option.key()).toList();
        return known.containsAll(List.of(keys));
    }
}
