// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scheduler;

import io.millrace.core.failure.Failures;
import java.time.Duration;
import java.util.concurrent.CancellationException;

/**
 * What becomes of a task that fails.
 *
 * @param maxFailures how often it may fail
 * @param backoff how long it waits after the first failure; twice as long after each further one
 * @param deadline how long a job may run; zero for no limit
 */
record TaskPolicy(int maxFailures, Duration backoff, Duration deadline) {
    /** Whether a task that failed {@code failures} times, the last time with {@code thrown}, is tried again. */
    boolean triesAgain(int failures, Throwable thrown) {
        boolean hopeless = thrown instanceof CancellationException || Failures.isHopeless(thrown);
        return failures < maxFailures && !hopeless;
    }

    Duration pause(int failures) {
        return backoff.multipliedBy(1L << Math.min(20, failures - 1));
    }
}
