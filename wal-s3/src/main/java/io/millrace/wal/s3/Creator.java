// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.wal.s3.Bucket.Stored;
import io.millrace.wal.s3.BucketException.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates objects until it is known whose they are. An answer that did not come says nothing, neither does a later
 * absence of the object, because a request may be carried out late: so the same bytes go to the same key again, under the
 * same id, until the key is taken; then the id that is stored there says by whom. Thread-safe.
 */
final class Creator {
    private static final Logger LOG = LoggerFactory.getLogger(Creator.class);
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(50);
    private static final Duration LAST_BACK_OFF = Duration.ofSeconds(2);

    /** Whose object has the key. */
    enum Owner {
        /** The caller's: it was created, now or by an earlier attempt. */
        OURS,
        /** Of another writer. */
        OTHERS,
        /** Free: it was taken a moment ago, and what was there has been removed. */
        GONE
    }

    /**
     * What came of it.
     *
     * @param owner whose object has the key
     * @param found the object, if it is another writer's
     */
    record Result(Owner owner, @Nullable Stored found) {
        boolean ours() {
            return owner == Owner.OURS;
        }
    }

    private final Bucket bucket;
    private final Calls calls;
    private final Throttle throttle;
    private final Duration deadline;
    private final S3Meters meters;
    private final String writer = UUID.randomUUID().toString();
    private final AtomicLong lastPut = new AtomicLong();
    private final SplittableRandom jitter = new SplittableRandom();
    private volatile boolean wroteBefore;

    /** What refuses writes at present that are tried again; null if nothing does. */
    private volatile @Nullable String trouble;

    Creator(Bucket bucket, Calls calls, Throttle throttle, Duration deadline, S3Meters meters) {
        this.bucket = bucket;
        this.calls = calls;
        this.throttle = throttle;
        this.deadline = deadline;
        this.meters = meters;
    }

    /** {@link #create(String, BooleanSupplier, ByteBuffer...)} without giving up early. */
    Result create(String key, ByteBuffer... content) {
        return create(key, () -> false, content);
    }

    /**
     * Creates an object.
     *
     * @param abandoned whether it is no longer needed, asked between attempts
     * @throws BucketException the last attempt's failure, when the deadline has passed or no attempt can help; of kind
     *     {@code UNANSWERED} if any attempt may have been, or may still be, carried out
     */
    Result create(String key, BooleanSupplier abandoned, ByteBuffer... content) {
        String putId = writer + "-" + lastPut.incrementAndGet();
        long begin = calls.nanos();
        boolean unanswered = false;
        for (int attempt = 0; ; attempt++) {
            try {
                return attempt(key, putId, content);
            } catch (BucketException e) {
                unanswered |= e.kind() == Kind.UNANSWERED || e.kind() == Kind.SLOW_DOWN;
                if (e.kind() == Kind.FULL) {
                    begin = calls.nanos(); // the store answers, and says what would help: that is no failure in time
                }
                boolean late = calls.nanos() - begin >= deadline.toNanos();
                if (late || !e.mayPass(wroteBefore) || abandoned.getAsBoolean()) {
                    throw unanswered ? new BucketException(Kind.UNANSWERED, String.valueOf(e.getMessage()), e) : e;
                }
                refused(key, e);
            }
            meters.retried();
            calls.pause(backOff(attempt));
        }
    }

    /** Says once what refuses writes, until one succeeds. */
    private void refused(String key, BucketException failure) {
        boolean first = trouble == null;
        trouble = failure.getMessage();
        if (first && !failure.leavesDoubt()) {
            LOG.warn(
                    "object '{}' was refused ({}); trying again for {} s",
                    key,
                    failure.getMessage(),
                    deadline.toSeconds());
        }
    }

    /** What the store answers to writes that are tried again; empty if it takes them. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    private Result attempt(String key, String putId, ByteBuffer... content) {
        boolean created = false;
        boolean slowDown = false;
        throttle.enter();
        long begin = calls.nanos();
        try {
            created = bucket.create(key, putId, content);
        } catch (BucketException e) {
            slowDown = e.kind() == Kind.SLOW_DOWN;
            throw e;
        } finally {
            throttle.leave(slowDown);
        }
        wroteBefore = true; // it was answered, though perhaps that the key is taken
        trouble = null;
        if (created) {
            meters.put(Duration.ofNanos(calls.nanos() - begin), content);
            return new Result(Owner.OURS, null);
        }
        Stored found = bucket.find(key);
        if (found == null) {
            return new Result(Owner.GONE, null);
        }
        return found.putId().equals(putId) ? new Result(Owner.OURS, null) : new Result(Owner.OTHERS, found);
    }

    private Duration backOff(int attempt) {
        long most = Math.min(LAST_BACK_OFF.toNanos(), FIRST_BACK_OFF.toNanos() << Math.min(attempt, 10));
        synchronized (jitter) {
            return Duration.ofNanos(jitter.nextLong(most / 2, most + 1));
        }
    }
}
