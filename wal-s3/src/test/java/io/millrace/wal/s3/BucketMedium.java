// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.testkit.wal.WalMedium;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** What lies under the store: the objects of a bucket, and the way to it. */
final class BucketMedium implements WalMedium, AutoCloseable {
    private final Bucket bucket;
    private final Keys keys = new Keys("");
    private final AtomicBoolean loseNextAppend = new AtomicBoolean();

    BucketMedium(Bucket bucket) {
        this.bucket = bucket;
    }

    /** Another connection to the bucket, for a store. */
    Bucket connect(Bucket connection) {
        return new FailingBucket(connection, loseNextAppend);
    }

    @Override
    public void close() {
        bucket.close();
    }

    @Override
    public RuntimeException without(String method) {
        return new CannotHappen("an object is created whole or not at all, and never replaced");
    }

    @Override
    public void remove(String log, long segment) {
        remove(keys.segment(log, segment));
    }

    private void remove(String key) {
        List<String> left = bucket.delete(List.of(key));
        if (!left.isEmpty()) {
            throw new AssertionError("cannot remove " + left);
        }
    }

    @Override
    public void writeLaterVersion(String log) {
        String last = contents().keySet().stream()
                .filter(key -> keys.markOf(log, key).isPresent())
                .reduce((one, next) -> next)
                .orElseThrow();
        remove(last);
        create(last, "millrace-log-mark 2\n");
    }

    private void create(String key, String text) {
        if (!bucket.create(key, "test", ByteBuffer.wrap(text.getBytes(UTF_8)))) {
            throw new AssertionError(key + " is taken");
        }
    }

    @Override
    public void addStrangers(String log) {
        for (String key : List.of(
                "README",
                "backup/data/" + log + "/000001/0000000000",
                "claims/000001.bak",
                "claims/notes",
                "data/" + log + "/000001.bak/0000000000",
                "data/" + log + "/000001/0000000000.bak",
                "data/" + log + "/notes",
                "marks/" + log + "/1",
                "marks/" + log + "/0000000001.bak")) {
            create(key, "not a store's: " + key);
        }
    }

    @Override
    public Map<String, String> contents() {
        Map<String, String> contents = new TreeMap<>();
        Listing.each(bucket, "", "", object -> {
            ByteBuffer bytes = ByteBuffer.allocate((int) object.length());
            while (bytes.hasRemaining() && bucket.read(object.key(), bytes.position(), bytes) > 0) {
                // as much as there is
            }
            contents.put(object.key(), HexFormat.of().formatHex(bytes.array()));
        });
        return contents;
    }

    @Override
    public void refuse() {
        throw new CannotHappen("a bucket that has no room is waited for, and refuses nothing");
    }

    @Override
    public void failNextSync() {
        loseNextAppend.set(true);
    }

    @Override
    public void heal() {
        loseNextAppend.set(false);
    }
}
