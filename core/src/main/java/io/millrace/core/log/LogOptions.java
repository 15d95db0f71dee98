// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.api.StreamClock;
import io.millrace.core.encryption.Encryption;
import io.millrace.spi.plugin.Metrics;
import java.util.concurrent.ThreadFactory;

/**
 * How a {@link CommitLog} runs.
 *
 * @param name what it is called in messages and in the name of its thread
 * @param threads makes its one thread
 * @param clock times its back-off, linger and idle frames
 * @param metrics takes its {@code millrace.log.*} meters
 * @param maxBatchBytes how large a frame may grow while others wait; a larger entry gets a frame of its own
 * @param listener is told of changes of state
 * @param urgent whether somebody waits for every entry: nothing is then held back to share a request that is paid for
 * @param encryption what entries become before the store gets them
 */
public record LogOptions(
        String name,
        ThreadFactory threads,
        StreamClock clock,
        Metrics metrics,
        long maxBatchBytes,
        LogListener listener,
        boolean urgent,
        Encryption encryption) {
    /** What a disk takes at once without keeping the next ones waiting. */
    public static final long DEFAULT_MAX_BATCH_BYTES = 4 << 20;

    public LogOptions {
        if (maxBatchBytes <= 0) {
            throw new IllegalArgumentException("maxBatchBytes is " + maxBatchBytes);
        }
    }

    /** Options without a listener. */
    public LogOptions(String name, ThreadFactory threads, StreamClock clock, Metrics metrics, long maxBatchBytes) {
        this(name, threads, clock, metrics, maxBatchBytes, LogListener.NONE, false, Encryption.NONE);
    }

    /** Options with the defaults. */
    public static LogOptions defaults(String name, ThreadFactory threads, StreamClock clock, Metrics metrics) {
        return new LogOptions(name, threads, clock, metrics, DEFAULT_MAX_BATCH_BYTES);
    }

    /** The same options for a log whose every entry is waited for. */
    public LogOptions asUrgent() {
        return new LogOptions(name, threads, clock, metrics, maxBatchBytes, listener, true, encryption);
    }

    /** The same options with a listener. */
    public LogOptions withListener(LogListener to) {
        return new LogOptions(name, threads, clock, metrics, maxBatchBytes, to, urgent, encryption);
    }

    /** The same options with encryption, or without. */
    public LogOptions withEncryption(Encryption by) {
        return new LogOptions(name, threads, clock, metrics, maxBatchBytes, listener, urgent, by);
    }
}
