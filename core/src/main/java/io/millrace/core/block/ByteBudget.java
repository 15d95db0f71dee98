// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.block;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the bytes of one input that were cut into blocks and are not durable yet. Outlives the builders that draw on
 * it, one after the other, since a receiver's blocks are still on their way when the next receiver begins. Thread-safe,
 * never blocks.
 */
public final class ByteBudget {
    private static final long GREATEST = 1L << 30;

    private final long limit;
    private final AtomicLong used = new AtomicLong();
    private final AtomicReference<@Nullable Runnable> waiting = new AtomicReference<>();

    /** A budget of {@code limit} bytes: {@code receiver.max-unacknowledged}. */
    public ByteBudget(long limit) {
        if (limit < 1 || limit > GREATEST) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "receiver.max-unacknowledged = " + limit + ": set it to 1 byte or more and 1GiB or less");
        }
        this.limit = limit;
    }

    /** The bound. A single block may exceed it while nothing else is on its way. */
    public long limit() {
        return limit;
    }

    /** How many bytes are on their way. */
    public long used() {
        return used.get();
    }

    /** Gives {@code bytes} back, and wakes up who waits for that, on this thread. */
    public void release(long bytes) {
        if (used.addAndGet(-bytes) < limit) {
            Runnable wakeUp = waiting.getAndSet(null);
            if (wakeUp != null) {
                wakeUp.run();
            }
        }
    }

    void add(long bytes) {
        used.addAndGet(bytes);
    }

    /**
     * Wakes {@code wakeUp} up once at a later {@link #release}. A caller looks at {@link #used()} again afterwards: what
     * was released before this call wakes nobody up.
     */
    void await(Runnable wakeUp) {
        waiting.set(wakeUp);
    }

    void forget(Runnable wakeUp) {
        waiting.compareAndSet(wakeUp, null);
    }
}
