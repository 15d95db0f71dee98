// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.spill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.MillraceException;
import io.millrace.api.codec.Codec;
import io.millrace.api.codec.Codecs;
import io.millrace.core.table.KeyTable;
import io.millrace.core.table.KeyUndo;
import io.millrace.core.table.StateTable;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A table that spills is the table in memory, only larger. */
class SpillTableTest {
    private static final Codec<Object> KEYS = erase(Codecs.STRING);
    private static final Codec<Object> VALUES = erase(Codecs.STRING);

    private final CountedMetrics metrics = new CountedMetrics();

    @SuppressWarnings("unchecked")
    private static Codec<Object> erase(Codec<?> codec) {
        return (Codec<Object>) codec;
    }

    private SpillTable table(HeapStateStore store, long bytes, boolean encrypted) {
        SpillTables tables = new SpillTables(store, bytes, chunk -> new CompletableFuture<>(), encrypted, metrics);
        tables.expect(1);
        return (SpillTable) tables.table("model", 0, KEYS, VALUES);
    }

    private static Map<Object, Object> contents(StateTable table) {
        Map<Object, Object> contents = new HashMap<>();
        table.forEach((key, hash, value) -> {
            assertThat(hash).isEqualTo(KeyTable.hash(key));
            assertThat(contents.put(key, value)).as("%s comes once", key).isNull();
        });
        return contents;
    }

    private static Object longer(Object left, Object right) {
        String joined = (String) left + right;
        return joined.substring(Math.max(0, joined.length() - 40));
    }

    @ParameterizedTest
    @CsvSource({"1,200,false", "2,2000,false", "3,20000,false", "4,1000000,false", "5,2000,true"})
    void doesWhatTheTableInMemoryDoes(long seed, long bytes, boolean encrypted) throws Exception {
        Random random = new Random(seed);
        StateTable model = new KeyTable(16);
        SpillTable table = table(new HeapStateStore(Long.MAX_VALUE), bytes, encrypted);
        for (int batch = 0; batch < 60; batch++) {
            KeyUndo modelUndo = new KeyUndo();
            KeyUndo undo = new KeyUndo();
            boolean merging = random.nextBoolean();
            for (int i = random.nextInt(200); i > 0; i--) {
                String key = "k" + random.nextInt(random.nextBoolean() ? 30 : 700);
                int hash = KeyTable.hash(key);
                String value = "v" + random.nextInt(10_000);
                if (merging) {
                    assertThat(table.merge(key, hash, value, SpillTableTest::longer, undo))
                            .isEqualTo(model.merge(key, hash, value, SpillTableTest::longer, modelUndo));
                } else if (random.nextInt(3) == 0) {
                    table.remove(key, hash);
                    model.remove(key, hash);
                } else if (random.nextBoolean()) {
                    table.put(key, hash, value);
                    model.put(key, hash, value);
                } else {
                    assertThat(table.find(key, hash)).isEqualTo(model.find(key, hash));
                }
                assertThat(table.keys()).isEqualTo(model.keys());
                assertThat(table.bytes()).isLessThanOrEqualTo(Math.max(bytes, 2 * SpillTable.ENTRY_BYTES));
            }
            if (random.nextInt(4) == 0) {
                undo.rollback(table);
                modelUndo.rollback(model);
            }
            assertThat(contents(table)).isEqualTo(contents(model));
        }
        for (Object key : contents(model).keySet()) {
            table.remove(key, KeyTable.hash(key));
        }
        assertThat(table.keys()).isZero();
        assertThat(table.bytes()).isZero();
        assertThat(contents(table)).isEmpty();
    }

    @Test
    void aKeyThatWasNeverSpilledCostsNoLookIntoTheStore() {
        SpillTable table = table(new HeapStateStore(Long.MAX_VALUE), 100 * SpillTable.ENTRY_BYTES, false);
        for (int i = 0; i < 10_000; i++) {
            String key = "new" + i;
            assertThat(table.find(key, KeyTable.hash(key))).isNull();
            table.put(key, KeyTable.hash(key), "value");
        }
        assertThat(metrics.count("millrace.state.store.misses")).isLessThan(1_500);
        assertThat(metrics.count("millrace.state.store.writes")).isBetween(9_800L, 10_000L);
        assertThat(metrics.gauge("millrace.state.keys")).isEqualTo(10_000);
        assertThat(metrics.gauge("millrace.state.store.bytes")).isPositive();
        assertThat(metrics.gauge("millrace.state.memory")).isBetween(1.0, 100.0 * SpillTable.ENTRY_BYTES);
    }

    @Test
    void whatOneConsumerThrowsIsItsOwn() {
        SpillTable table = table(new HeapStateStore(Long.MAX_VALUE), 1_000, false);
        for (int i = 0; i < 100; i++) {
            table.put("k" + i, KeyTable.hash("k" + i), "value");
        }
        int[] seen = {0};
        assertThatThrownBy(() -> table.forEach((key, hash, value) -> {
                    if (++seen[0] == 90) {
                        throw new java.io.IOException("enough");
                    }
                }))
                .isInstanceOf(java.io.IOException.class)
                .hasMessage("enough");
        assertThat(contents(table)).hasSize(100);
    }

    @Test
    void aFullStoreEndsReadingAndLetsChangesBeTakenBack() throws Exception {
        HeapStateStore store = new HeapStateStore(Long.MAX_VALUE);
        SpillTable table = table(store, 10 * SpillTable.ENTRY_BYTES, false);
        for (int i = 0; i < 100; i++) {
            table.put("k" + i, KeyTable.hash("k" + i), "value");
        }
        store.fill();
        KeyUndo undo = new KeyUndo();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        table.merge("n" + i, KeyTable.hash("n" + i), "value", SpillTableTest::longer, undo);
                    }
                })
                .isInstanceOf(MillraceException.class)
                .hasMessage("the heap's disk is full");
        undo.rollback(table);
        assertThatThrownBy(() -> table.find("k1", KeyTable.hash("k1")))
                .isInstanceOf(MillraceException.class)
                .hasMessage("the heap's disk is full");
        assertThatThrownBy(() -> contents(table)).hasMessage("the heap's disk is full");
    }

    @Test
    void whatIsSealedShowsNothingAndCannotBeChanged() {
        HeapStateStore store = new HeapStateStore(Long.MAX_VALUE);
        HeapStateStore.HeapTable stored = store.table("s", 0);
        SpillKeys keys = new SpillKeys(new SecureRandom());
        SealedTable table = new SealedTable(stored, keys, "s/0");
        byte[] key = "visible key".getBytes(StandardCharsets.UTF_8);
        byte[] value = "visible value".getBytes(StandardCharsets.UTF_8);
        table.put(key, value);
        assertThat(table.get(key)).isEqualTo(value);
        stored.entries().forEach((name, content) -> {
            assertThat(new String(name, StandardCharsets.ISO_8859_1)).doesNotContain("visible");
            assertThat(new String(content, StandardCharsets.ISO_8859_1)).doesNotContain("visible");
        });
        byte[] first = stored.entries().values().iterator().next().clone();
        table.put(key, value);
        byte[] second = stored.entries().values().iterator().next();
        assertThat(second).as("no nonce comes twice").isNotEqualTo(first);
        assertThat(new SealedTable(stored, keys, "s/1").get(key))
                .as("the same key of another table has another name")
                .isNull();

        second[second.length - 1] ^= 1;
        assertThatThrownBy(() -> table.get(key))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("what this process did not write");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStoreThatSwallowsWhatItsConsumerThrowsDoesNotHideIt(boolean encrypted) {
        HeapStateStore store = new HeapStateStore(Long.MAX_VALUE);
        store.swallow();
        SpillTable table = table(store, 200, encrypted);
        for (int i = 0; i < 100; i++) {
            String key = "k" + i;
            table.put(key, KeyTable.hash(key), "v");
        }
        int[] shown = {0};
        assertThatThrownBy(() -> table.forEach((key, hash, value) -> {
                    if (++shown[0] == 50) {
                        throw new IllegalStateException("not this one");
                    }
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("not this one");
        assertThat(shown[0]).isEqualTo(50);
        assertThat(contents(table)).hasSize(100); // the store is as good as before
    }
}
