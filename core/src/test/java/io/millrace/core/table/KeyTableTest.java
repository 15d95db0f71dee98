// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyTableTest {
    @Test
    void combinesLikeAHashMap() throws Exception {
        Random random = new Random(7);
        KeyTable table = new KeyTable(4);
        Map<Object, Object> expected = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            String key = "k" + random.nextInt(9_000);
            long value = random.nextInt(100);
            table.merge(key, KeyTable.hash(key), value, KeyTableTest::sum);
            expected.merge(key, value, KeyTableTest::sum);
        }
        assertThat(contents(table)).isEqualTo(expected);
        assertThat(table.size()).isEqualTo(expected.size());
    }

    @Test
    void mergesAnotherTable() throws Exception {
        KeyTable left = new KeyTable(1);
        KeyTable right = new KeyTable(1);
        for (long i = 0; i < 1_000; i++) {
            left.put(i, KeyTable.hash(i), 1L);
            right.put(i + 500, KeyTable.hash(i + 500), 10L);
        }
        left.mergeAll(right, KeyTableTest::sum);
        assertThat(left.size()).isEqualTo(1_500);
        assertThat(contents(left))
                .containsEntry(0L, 1L)
                .containsEntry(700L, 11L)
                .containsEntry(1_400L, 10L);
    }

    @Test
    void aCopyHasValuesOfItsOwn() throws Exception {
        KeyTable table = new KeyTable(1);
        table.merge("a", KeyTable.hash("a"), 1L, KeyTableTest::sum);
        KeyTable copy = table.copy();
        table.merge("a", KeyTable.hash("a"), 5L, KeyTableTest::sum);
        assertThat(contents(copy)).containsEntry("a", 1L);
        assertThat(contents(table)).containsEntry("a", 6L);
    }

    @Test
    void combinesToAnotherType() throws Exception {
        KeyTable table = new KeyTable(1);
        table.merge("a", KeyTable.hash("a"), 1L, KeyTableTest::sum);
        table.merge("a", KeyTable.hash("a"), 2L, (left, right) -> List.of(left, right));
        assertThat(table.find("a", KeyTable.hash("a"))).isEqualTo(List.of(1L, 2L));
        table.merge("a", KeyTable.hash("a"), 3L, (left, right) -> right);
        assertThat(table.find("a", KeyTable.hash("a"))).isEqualTo(3L);
    }

    @Test
    void keepsKeysApartWhoseHashesAreEqual() throws Exception {
        KeyTable table = new KeyTable(2);
        for (String key : new String[] {"AaAa", "BBBB", "AaBB", "BBAa"}) {
            table.merge(key, KeyTable.hash(key), 1L, KeyTableTest::sum);
        }
        assertThat(contents(table)).hasSize(4).containsEntry("AaBB", 1L);
    }

    private static Object sum(Object left, Object right) {
        return (Long) left + (Long) right;
    }

    private static Map<Object, Object> contents(KeyTable table) {
        Map<Object, Object> contents = new HashMap<>();
        for (int place = 0; place < table.capacity(); place++) {
            if (table.keyAt(place) != null) {
                contents.put(table.keyAt(place), table.valueAt(place));
            }
        }
        return contents;
    }

    @Test
    void removesAndTakesChangesBack() throws Exception {
        Random random = new Random(13);
        KeyTable table = new KeyTable(4);
        Map<Object, Object> expected = new HashMap<>();
        for (int round = 0; round < 300; round++) {
            KeyUndo undo = new KeyUndo();
            boolean kept = random.nextBoolean();
            for (int i = 0; i < 40; i++) {
                String key = "k" + random.nextInt(900);
                table.merge(key, KeyTable.hash(key), (long) i, KeyTableTest::sum, undo);
                if (kept) {
                    expected.merge(key, (long) i, KeyTableTest::sum);
                }
            }
            if (!kept) {
                undo.rollback(table);
            }
            for (int i = 0; i < 10; i++) {
                String key = "k" + random.nextInt(900);
                table.remove(key, KeyTable.hash(key));
                expected.remove(key);
            }
            assertThat(contents(table)).isEqualTo(expected);
            assertThat(table.size()).isEqualTo(expected.size());
            assertThat(table.copy().find("k1", KeyTable.hash("k1"))).isEqualTo(expected.get("k1"));
        }
    }
}
