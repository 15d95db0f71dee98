// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.source.Position;
import io.millrace.core.block.Blocks.Copy;
import io.millrace.spi.receiver.RecordHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The clauses of {@code docs/spec/block-format.md}. */
class BlockFormatTest {
    private final Blocks blocks = new Blocks();

    /** The bytes are written by hand from the specification: whoever must change them has made a new version. */
    @Test
    void bf_02_03_04_the_bytes_are_these() throws Exception {
        BlockBuilder builder = blocks.builder(Map.of("a-0", Position.of(10), "a-1", Position.of(7)));
        int zero = builder.partition("a-0");
        int one = builder.partition("a-1");
        builder.append(zero, 10, 11, 3_000, Blocks.utf8("k"), Blocks.utf8("v1"), List.of());
        builder.append(
                one,
                7,
                8,
                -5,
                null,
                Blocks.utf8(""),
                List.of(new RecordHeader("h", new byte[] {9}), new RecordHeader("n", null)));
        builder.append(zero, 12, 13, 4_000, null, null, List.of());
        builder.cut();

        SealedBlock block = blocks.sealed.get(0);
        String expected = "01000000" + "00000003" + "0000000000000bb8" + "0000000000000fa0" + "00000041" + "0000004c"
                + "0a" + "00" + "14" + "f02e" + "02" + "03" + "00" + "6b" + "7631"
                + "0d" + "01" + "0e" + "01" + "00" + "01" + "02" + "0168" + "0209" + "016e" + "00"
                + "07" + "00" + "04" + "d00f" + "00" + "00" + "00"
                + "02" + "03612d30" + "02" + "03612d31" + "01";
        assertThat(hex(block)).isEqualTo(expected);
        assertThat(Blocks.read(block))
                .containsExactly(
                        new Copy("a-0", 10, 3_000, "6b", "7631", List.of()),
                        new Copy("a-1", 7, -1, null, "", List.of("h=09", "n=null")),
                        new Copy("a-0", 12, 4_000, null, null, List.of()));
    }

    @Test
    void bf_06_nothing_is_not_the_same_as_empty() throws Exception {
        BlockBuilder builder = blocks.builder(Map.of("a", Position.of(0)));
        int a = builder.partition("a");
        builder.append(a, 0, 1, 0, Blocks.utf8(""), null, List.of());
        builder.append(a, 1, 2, Long.MIN_VALUE, null, Blocks.utf8(""), List.of());
        builder.cut();
        assertThat(Blocks.read(blocks.sealed.get(0)))
                .containsExactly(new Copy("a", 0, 0, "", null, List.of()), new Copy("a", 1, -1, null, "", List.of()));
    }

    @Test
    void bf_04_differences_wrap_around() throws Exception {
        BlockBuilder builder = blocks.builder(Map.of("a", Position.of(0)));
        int a = builder.partition("a");
        builder.append(a, 0, 1, Long.MAX_VALUE, null, null, List.of());
        builder.append(a, 1, 2, -1, null, null, List.of());
        builder.append(a, Long.MAX_VALUE - 1, Long.MAX_VALUE, 0, null, null, List.of());
        builder.cut();
        assertThat(Blocks.read(blocks.sealed.get(0)))
                .extracting(Copy::offset, Copy::timestamp)
                .containsExactly(tuple(0L, Long.MAX_VALUE), tuple(1L, -1L), tuple(Long.MAX_VALUE - 1, 0L));
    }

    @Test
    void bf_07_a_block_may_have_no_record() throws Exception {
        BlockBuilder builder = blocks.builder(Map.of("a", Position.of(5)));
        builder.mark(builder.partition("a"), Position.of(9));
        builder.cut();
        SealedBlock block = blocks.sealed.get(0);
        assertThat(block.slices()).containsExactly(new PartitionSlice("a", Position.of(5), Position.of(9), 0));
        assertThat(Blocks.read(block)).isEmpty();
        assertThat(block.length()).isEqualTo(33);
    }

    @Test
    void bf_08_partitions_that_are_not_wanted_are_passed_over() throws Exception {
        SealedBlock block = mixed();
        assertThat(Blocks.read(block, Set.of("b", "unknown")))
                .extracting(Copy::offset)
                .containsExactly(100L, 101L, 103L);
        assertThat(Blocks.read(block, Set.of("unknown"))).isEmpty();
    }

    @Test
    void bf_09_what_cannot_be_a_block_is_refused() {
        assertRefused("ff000000", block -> block[0] = (byte) 0xff);
        assertRefused("01000100", block -> block[2] = 1);
        assertRefused("records", block -> block[7]++);
        assertRefused("records before byte", block -> block[24] = 1);
        assertRefused("says that it has", block -> block[31]++);
        assertRefused("a record of 2097151 bytes", block -> {
            block[BlockFormat.HEADER_BYTES] = -1;
            block[BlockFormat.HEADER_BYTES + 1] = -1;
            block[BlockFormat.HEADER_BYTES + 2] = 0x7F;
        });
        assertRefused("do not fill", block -> block[BlockFormat.HEADER_BYTES]--);
        assertRefused("partition 100 of 2", block -> block[BlockFormat.HEADER_BYTES + 1] = 100);
    }

    @Test
    void bf_09_a_block_that_is_cut_short_is_refused() {
        SealedBlock block = mixed();
        for (int length = 0; length < block.length(); length++) {
            int shorter = length;
            assertThatThrownBy(() -> BlockReader.forEach(block.bytes(), 0, shorter, record -> {}))
                    .isInstanceOf(MillraceException.class);
        }
    }

    @Test
    void bf_09_what_a_function_throws_is_not_taken_for_damage() {
        SealedBlock block = mixed();
        IllegalStateException thrown = new IllegalStateException("the function's own");
        assertThatThrownBy(() -> BlockReader.forEach(block.bytes(), 0, block.length(), record -> {
                    throw thrown;
                }))
                .isSameAs(thrown);
    }

    @Test
    void bf_10_no_damage_leads_to_another_error_or_outside_of_the_block() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] sound = Arrays.copyOf(mixed().bytes(), mixed().length());
        for (int i = 0; i < 50_000; i++) {
            byte[] damaged = new byte[sound.length + 20];
            Arrays.fill(damaged, (byte) 0xFF);
            System.arraycopy(sound, 0, damaged, 10, sound.length);
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                damaged[10 + random.nextInt(sound.length)] = (byte) random.nextInt();
            }
            try {
                BlockReader.forEach(damaged, 10, sound.length, Copy::of);
            } catch (MillraceException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_DATA);
            } catch (Exception e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
        }
    }

    @Test
    void bf_11_a_record_of_100_bytes_takes_7_more() {
        BlockBuilder builder = blocks.builder(Map.of("events-3", Position.of(123_456_789)));
        int partition = builder.partition("events-3");
        for (int i = 0; i < 1_000; i++) {
            long offset = 123_456_789L + i;
            builder.append(
                    partition,
                    offset,
                    offset + 1,
                    1_700_000_000_000L + i / 10,
                    Blocks.utf8(String.format(Locale.ROOT, "key%05d", i)),
                    Blocks.utf8("v".repeat(92)),
                    List.of());
        }
        builder.cut();
        assertThat(blocks.sealed.get(0).length()).isBetween(107_000, 107_000 + 32 + 32);
    }

    private SealedBlock mixed() {
        BlockBuilder builder = blocks.builder(Map.of("a", Position.of(0), "b", Position.of(100)));
        int a = builder.partition("a");
        int b = builder.partition("b");
        List<RecordHeader> headers = List.of(new RecordHeader("trace", new byte[200]), new RecordHeader("empty", null));
        builder.append(a, 0, 1, 1_000, Blocks.utf8("key"), Blocks.utf8("value"), List.of());
        builder.append(b, 100, 101, 1_001, null, Blocks.utf8("v".repeat(200)), List.of());
        builder.append(b, 101, 102, 1_002, null, null, headers);
        builder.append(a, 1, 2, -1, Blocks.utf8("k".repeat(130)), Blocks.utf8(""), headers);
        builder.append(b, 103, 104, 1_500, Blocks.utf8("z"), Blocks.utf8("y"), List.of());
        builder.cut();
        return blocks.sealed.get(blocks.sealed.size() - 1);
    }

    private void assertRefused(String message, Consumer<byte[]> damage) {
        SealedBlock block = mixed();
        byte[] bytes = Arrays.copyOf(block.bytes(), block.length());
        damage.accept(bytes);
        List<Copy> read = new ArrayList<>();
        assertThatThrownBy(() -> BlockReader.forEach(bytes, 0, bytes.length, record -> read.add(Copy.of(record))))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_DATA))
                .hasMessageContaining(message);
    }

    private static String hex(SealedBlock block) {
        return HexFormat.of().formatHex(block.bytes(), 0, block.length());
    }
}
