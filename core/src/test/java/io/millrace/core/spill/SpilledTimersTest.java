// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.spill;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.codec.Codec;
import io.millrace.api.codec.Codecs;
import io.millrace.core.state.IdleTimers;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Timers that spill are those in memory, only more. */
class SpilledTimersTest {
    @SuppressWarnings("unchecked")
    private static Codec<Object> keys() {
        return (Codec<Object>) (Codec<?>) Codecs.STRING;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void areDueWhenThoseInMemoryAre(long seed) {
        Random random = new Random(seed);
        HeapStateStore store = new HeapStateStore(Long.MAX_VALUE);
        SpillTables tables =
                new SpillTables(store, 0, chunk -> new CompletableFuture<>(), seed == 2, new CountedMetrics());
        var timers = tables.timers("model", 0, keys(), 1_000);
        IdleTimers model = new IdleTimers();
        long now = 1_600_000_000_000L;
        long most = 0;
        for (int batch = 0; batch < 300; batch++) {
            for (int i = 0; i < 200; i++) {
                long at = random.nextInt(50) == 0 ? Long.MIN_VALUE : now + random.nextInt(60_000);
                String key = "key that is a little longer " + random.nextInt(5_000);
                timers.add(at, key);
                model.add(at, key);
            }
            now += random.nextInt(2_000);
            assertThat(timers.due(now)).isEqualTo(model.due(now));
            most = Math.max(most, store.bytes());
        }
        assertThat(most).as("bytes that were in the store").isPositive();
        assertThat(timers.due(now + 60_000)).isEqualTo(model.due(now + 60_000));
        assertThat(store.bytes()).as("what is due is removed").isZero();
    }
}
