// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Finds out, before anything is entrusted to it, whether a store keeps the promise that the log hangs on: of several
 * writes that create an object only if its key is free, one succeeds. Some stores check first and write then; others
 * ignore the condition. What passed is noted in the program's prefix, and not asked again.
 */
final class Probe {
    private static final int KEYS = 20;
    private static final int WRITERS = 16;

    private final Bucket bucket;
    private final Keys keys;
    private final Calls calls;
    private final Garbage garbage;
    private final String place;
    private boolean passed;

    Probe(Bucket bucket, Keys keys, Calls calls, Garbage garbage, String place) {
        this.bucket = bucket;
        this.keys = keys;
        this.calls = calls;
        this.garbage = garbage;
        this.place = place;
    }

    /** @throws WalException {@code UNSUPPORTED} if the store cannot hold a log */
    void run() {
        if (passed) {
            return;
        }
        try {
            String note = keys.probe() + "passed-1";
            if (bucket.find(note) == null) {
                probe(keys.probe() + UUID.randomUUID() + "/");
                bucket.create(note, "", ByteBuffer.wrap("conditional writes are atomic\n".getBytes(UTF_8)));
            }
            passed = true;
        } catch (BucketException e) {
            throw e.toWal("probe the store at " + place);
        }
    }

    private void probe(String prefix) {
        List<String> made = new ArrayList<>();
        try {
            made.add(prefix + "twice");
            boolean first = bucket.create(prefix + "twice", "first", bytes("first"));
            boolean second = bucket.create(prefix + "twice", "second", bytes("second"));
            require(first && !second, "it ignores 'If-None-Match: *' on a PUT");
            ByteBuffer range = ByteBuffer.allocate(3);
            int read = bucket.read(prefix + "twice", 2, range);
            require(read == 3 && new String(range.array(), UTF_8).equals("rst"), "it does not answer range requests");
            require(
                    bucket.list(prefix, "").objects().stream()
                            .anyMatch(object -> object.key().equals(prefix + "twice")),
                    "an object that was written is not listed");
            for (int i = 0; i < KEYS; i++) {
                String key = prefix + "race-" + i;
                made.add(key);
                long winners = race(key);
                require(
                        winners == 1,
                        "of " + WRITERS + " writes at once with 'If-None-Match: *', " + winners + " succeeded");
            }
        } finally {
            garbage.remove(made);
        }
    }

    private long race(String key) {
        CyclicBarrier together = new CyclicBarrier(WRITERS);
        return calls
                .all(IntStream.range(0, WRITERS).<Supplier<Boolean>>mapToObj(i -> () -> {
                    await(together);
                    return bucket.create(key, "writer-" + i, bytes("writer " + i));
                }))
                .stream()
                .filter(created -> created)
                .count();
    }

    private static void await(CyclicBarrier together) {
        try {
            together.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException("the probe was interrupted", e);
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new WalException(
                    Reason.UNSUPPORTED,
                    "the store at " + place + " cannot hold a log: " + otherwise
                            + ". Two processes could both believe that they own it; use a store with atomic conditional"
                            + " writes (docs/wal-s3.md names some)");
        }
    }
}
