// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.wal.s3.BucketException.Kind;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Any bucket, on the way to which one append may be lost. */
final class FailingBucket implements Bucket {
    private final Bucket bucket;
    private final AtomicBoolean loseNextAppend;

    FailingBucket(Bucket bucket, AtomicBoolean loseNextAppend) {
        this.bucket = bucket;
        this.loseNextAppend = loseNextAppend;
    }

    @Override
    public boolean create(String key, String putId, ByteBuffer... content) {
        if (key.startsWith("data/") && loseNextAppend.getAndSet(false)) {
            throw new BucketException(Kind.UNANSWERED, "lost " + key, null);
        }
        return bucket.create(key, putId, content);
    }

    @Override
    public @Nullable Stored find(String key) {
        return bucket.find(key);
    }

    @Override
    public int read(String key, long offset, ByteBuffer into) {
        return bucket.read(key, offset, into);
    }

    @Override
    public Page list(String prefix, String after) {
        return bucket.list(prefix, after);
    }

    @Override
    public List<String> delete(List<String> keys) {
        return bucket.delete(keys);
    }

    @Override
    public void close() {
        bucket.close();
    }
}
