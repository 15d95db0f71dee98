// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SliceTableTest {
    @Test
    void combinesLikeAHashMapOfStrings() {
        Random random = new Random(11);
        SliceTable table = new SliceTable(4);
        Map<String, Long> expected = new HashMap<>();
        byte[] line = new byte[64];
        for (int i = 0; i < 100_000; i++) {
            String key = "x".repeat(random.nextInt(20)) + random.nextInt(3_000);
            byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
            int offset = random.nextInt(line.length - bytes.length + 1);
            System.arraycopy(bytes, 0, line, offset, bytes.length);
            table.merge(line, offset, bytes.length, i, Long::sum);
            expected.merge(key, (long) i, Long::sum);
        }
        assertThat(contents(table)).isEqualTo(expected);
    }

    @Test
    void tellsKeysApartThatDifferOnlyInLengthOrTail() {
        SliceTable table = new SliceTable(1);
        byte[] zeros = new byte[32];
        for (int length = 0; length <= 32; length++) {
            table.merge(zeros, 0, length, 1, Long::sum);
        }
        byte[] other = new byte[32];
        other[31] = 1;
        table.merge(other, 0, 32, 1, Long::sum);
        assertThat(table.size()).isEqualTo(34);
    }

    @Test
    void hashesTheSameBytesAlikeWhereverTheyLie() {
        byte[] array = new byte[100];
        byte[] key = "abcdefghijk".getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length <= key.length; length++) {
            int expected = SliceTable.hash(key, 0, length);
            for (int offset : new int[] {0, 1, 50, 100 - length}) {
                System.arraycopy(key, 0, array, offset, length);
                assertThat(SliceTable.hash(array, offset, length)).isEqualTo(expected);
            }
        }
    }

    @Test
    void mergesAnotherTable() {
        SliceTable left = new SliceTable(1);
        SliceTable right = new SliceTable(1);
        for (int i = 0; i < 1_000; i++) {
            byte[] key = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
            left.put(key, 0, key.length, 1);
            right.put(key, 0, key.length, 2);
        }
        left.mergeAll(right, Long::sum);
        assertThat(contents(left))
                .hasSize(1_000)
                .allSatisfy((key, value) -> assertThat(value).isEqualTo(3));
    }

    private static Map<String, Long> contents(SliceTable table) {
        Map<String, Long> contents = new HashMap<>();
        for (int place = 0; place < table.capacity(); place++) {
            if (table.has(place)) {
                contents.put(
                        new String(
                                table.keyBytes(),
                                table.keyOffset(place),
                                table.keyLength(place),
                                StandardCharsets.UTF_8),
                        table.value(place));
            }
        }
        return contents;
    }

    @Test
    void takesChangesBack() {
        Random random = new Random(11);
        SliceTable table = new SliceTable(4);
        Map<String, Long> expected = new HashMap<>();
        for (int round = 0; round < 200; round++) {
            SliceUndo undo = new SliceUndo();
            boolean kept = random.nextBoolean();
            for (int i = 0; i < 60; i++) {
                String key = "key-" + random.nextInt(1500);
                byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
                table.merge(bytes, 0, bytes.length, i, Long::sum, undo);
                if (kept) {
                    expected.merge(key, (long) i, Long::sum);
                }
            }
            if (!kept) {
                undo.rollback(table);
            }
            assertThat(contents(table)).isEqualTo(expected);
            assertThat(table.size()).isEqualTo(expected.size());
        }
    }
}
