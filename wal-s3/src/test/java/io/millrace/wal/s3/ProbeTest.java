// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.wal.s3.SimulatedBucket.Fate;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stores that cannot hold a log are told from those that can. */
@Timeout(60)
class ProbeTest {
    private static final S3WalSettings PROBING = new S3WalSettings(
            8, 1 << 20, Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO, 4, true);

    @Test
    void aGoodStorePassesAndIsNotAskedAgain() {
        SimulatedBucket bucket = new SimulatedBucket();
        try (S3WalStore store = S3Stores.open(bucket, PROBING)) {
            assertThat(store.claim("ledger", Appended.ME)).isEqualTo(1);
        }
        assertThat(bucket.keys(key -> key.equals("probe/passed-1"))).hasSize(1);
        bucket.plan(request -> request.creates("probe/") ? Fate.ERROR : Fate.DONE);
        try (S3WalStore store = S3Stores.open(bucket, PROBING)) {
            assertThat(store.claim("ledger", Appended.ME)).isEqualTo(2);
        }
    }

    @Test
    void aStoreThatIgnoresTheConditionIsRefused() {
        refuses(new Decorated() {
            @Override
            public boolean create(String key, String putId, ByteBuffer... content) {
                super.create(key, putId, content);
                return true;
            }
        });
    }

    @Test
    void aStoreThatChecksFirstAndWritesThenIsRefused() {
        Set<String> checking = ConcurrentHashMap.newKeySet();
        CountDownLatch two = new CountDownLatch(2);
        refuses(new Decorated() {
            @Override
            public boolean create(String key, String putId, ByteBuffer... content) {
                boolean free = find(key) == null;
                if (key.contains("race") && checking.add(key + putId) && free) {
                    two.countDown();
                    await(two);
                }
                super.create(key, putId, content);
                return free;
            }
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void refuses(Bucket bucket) {
        try (S3WalStore store = S3Stores.open(bucket, PROBING)) {
            assertThatThrownBy(() -> store.claim("ledger", Appended.ME))
                    .isInstanceOfSatisfying(
                            WalException.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.UNSUPPORTED))
                    .hasMessageContainingAll(
                            "the store at s3://test/ cannot hold a log: ",
                            "use a store with atomic conditional writes");
            assertThat(store.logs()).isEmpty();
        }
    }

    /** A good store, to be made worse. */
    private static class Decorated implements Bucket {
        private final SimulatedBucket bucket = new SimulatedBucket();

        @Override
        public boolean create(String key, String putId, ByteBuffer... content) {
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
        public void close() {}
    }
}
