// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the engine does with a batch when an output's function throws, and with elements on which the functions of the operators
 * before it throw. Immutable: each method returns another one.
 *
 * @since 0.1
 */
public final class OutputPolicy implements Serializable {
    private static final long serialVersionUID = 1L;

    private final int retries;
    private final Duration backoff;
    private final boolean skipped;
    private final @Nullable OnRecordError onRecordError;

    private OutputPolicy(int retries, Duration backoff, boolean skipped, @Nullable OnRecordError onRecordError) {
        this.retries = retries;
        this.backoff = backoff;
        this.skipped = skipped;
        this.onRecordError = onRecordError;
    }

    /** The program stops; the batch is not committed, and the next start runs it again. The default. */
    public static OutputPolicy stop() {
        return new OutputPolicy(0, Duration.ZERO, false, null);
    }

    /** The output does without this batch, which is reported and committed. */
    public static OutputPolicy skip() {
        return new OutputPolicy(0, Duration.ZERO, true, null);
    }

    /**
     * The function is called again with the same batch, up to {@code times} times; {@link BatchId#attempt()} counts. What
     * this policy says otherwise happens afterwards.
     *
     * @param pause before the first of these calls; twice as long before each further one. Later batches wait
     */
    public OutputPolicy retry(int times, Duration pause) {
        if (times < 1 || pause.isNegative()) {
            throw new IllegalArgumentException(
                    "retry " + times + " times with a pause of " + pause + ": give at least 1 and no negative pause");
        }
        return new OutputPolicy(times, Durations.atMost(Durations.LONGEST_WAIT, pause), skipped, onRecordError);
    }

    /**
     * Says what the engine does with elements on which functions throw, in the operators that lead to this output, whatever
     * {@code records.on-error} says. An operator that leads to several outputs does what loses least of what they say:
     * {@link OnRecordError#STOP} before {@link OnRecordError#DEAD_LETTER} before {@link OnRecordError#SKIP}.
     */
    public OutputPolicy onRecordError(OnRecordError policy) {
        return new OutputPolicy(retries, backoff, skipped, policy);
    }

    /** What the engine does with elements on which functions throw; empty for what {@code records.on-error} says. */
    public Optional<OnRecordError> onRecordError() {
        return Optional.ofNullable(onRecordError);
    }

    /** How often the function is called again. */
    public int retries() {
        return retries;
    }

    /** How long to wait before the nth further call, n from 1; a hundred years at most. */
    public Duration pause(int call) {
        return Durations.atMost(Durations.LONGEST_WAIT, backoff.multipliedBy(1L << Math.min(20, call - 1)));
    }

    /** Whether the batch is committed without this output in the end. */
    public boolean isSkipped() {
        return skipped;
    }
}
