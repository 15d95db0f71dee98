// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.block;

import static io.millrace.core.block.Blocks.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.source.Position;
import io.millrace.spi.receiver.RecordHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When a block ends, and what it says of its positions and tokens. */
class BlockBuilderTest {
    private final Blocks blocks = new Blocks();

    @Test
    void a_partition_has_one_index() {
        BlockBuilder builder = blocks.builder(Map.of());
        int a = builder.partition("a");
        assertThat(builder.partition("b")).isNotEqualTo(a);
        assertThat(builder.partition("a")).isEqualTo(a);
    }

    @Test
    void the_buffers_are_left_as_they_are() {
        BlockBuilder builder = blocks.builder(Map.of("a", Position.of(0)));
        ByteBuffer value = ByteBuffer.allocateDirect(9).position(2).limit(5);
        builder.append(builder.partition("a"), 0, 1, 0, null, value, List.of());
        assertThat(value.position()).isEqualTo(2);
        assertThat(value.limit()).isEqualTo(5);
    }

    @Test
    void a_cut_without_records_makes_no_block() {
        BlockBuilder builder = blocks.builder(Map.of("a", Position.of(0)));
        builder.cut();
        builder.mark(builder.partition("a"), Position.of(0));
        builder.cut();
        assertThat(blocks.sealed).isEmpty();
    }

    @Test
    void slices_continue_each_other() {
        BlockBuilder builder = blocks.builder(Map.of("a", Position.of(10), "b", Position.of(20)));
        int a = builder.partition("a");
        int b = builder.partition("b");
        append(builder, a, 10);
        append(builder, b, 25);
        builder.cut();
        append(builder, a, 15);
        builder.cut();
        assertThat(blocks.sealed)
                .extracting(SealedBlock::slices)
                .containsExactly(
                        List.of(
                                new PartitionSlice("a", Position.of(10), Position.of(11), 1),
                                new PartitionSlice("b", Position.of(20), Position.of(26), 1)),
                        List.of(new PartitionSlice("a", Position.of(11), Position.of(16), 1)));
    }

    @Test
    void positions_that_are_not_numbers_are_passed_on() {
        BlockBuilder builder = blocks.builder(Map.of("shard", new Position(-1, "seq-1")));
        int shard = builder.partition("shard");
        builder.append(shard, 5, null, utf8("x"), List.of());
        builder.mark(shard, new Position(-1, "seq-2"));
        builder.cut();
        assertThat(blocks.sealed.get(0).slices())
                .containsExactly(new PartitionSlice("shard", new Position(-1, "seq-1"), new Position(-1, "seq-2"), 1));
    }

    @Test
    void a_mark_may_say_more_of_the_place_that_was_reached() {
        BlockBuilder builder = blocks.builder(Map.of("a", Position.of(0)));
        int a = builder.partition("a");
        append(builder, a, 0);
        builder.mark(a, new Position(1, "epoch 7"));
        builder.cut();
        assertThat(blocks.sealed.get(0).slices())
                .containsExactly(new PartitionSlice("a", Position.of(0), new Position(1, "epoch 7"), 1));
    }

    @Test
    void positions_of_records_have_the_detail_that_was_given_before_them() {
        BlockBuilder builder = blocks.builder(Map.of("a", Position.of(0)));
        int a = builder.partition("a");
        builder.detail(a, "epoch 7");
        append(builder, a, 0);
        builder.cut();
        builder.detail(a, "epoch 8");
        append(builder, a, 1);
        builder.mark(a, new Position(3, "marked"));
        builder.cut();
        append(builder, a, 3);
        builder.cut();
        assertThat(blocks.sealed)
                .flatExtracting(SealedBlock::slices)
                .extracting(PartitionSlice::until)
                .containsExactly(new Position(1, "epoch 7"), new Position(3, "marked"), new Position(4, "epoch 8"));
    }

    @Test
    void a_partition_goes_on_elsewhere_only_before_its_records() {
        BlockBuilder builder = blocks.builder(Map.of("a", Position.of(50), "b", Position.of(5)));
        int a = builder.partition("a");
        builder.goOn(Map.of("a", Position.of(0), "b", Position.of(9)));
        append(builder, a, 0);
        append(builder, builder.partition("b"), 9);
        builder.cut();
        assertThat(blocks.sealed.get(0).slices())
                .containsExactly(
                        new PartitionSlice("a", Position.of(0), Position.of(1), 1),
                        new PartitionSlice("b", Position.of(9), Position.of(10), 1));
        append(builder, a, 1);
        assertThatThrownBy(() -> builder.goOn(Map.of("a", Position.of(7))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("partition a has records already");
    }

    @Test
    void a_partition_begins_where_it_is_said_to() {
        BlockBuilder builder = blocks.builder(Map.of("a", Position.of(5)));
        int later = builder.partition("later");
        assertThatThrownBy(() -> append(builder, later, 3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("partition later has no start position");
        builder.begin(Map.of("later", Position.of(3), "a", Position.of(0)));
        append(builder, later, 3);
        append(builder, builder.partition("a"), 5);
        builder.cut();
        assertThat(blocks.sealed.get(0).slices())
                .containsExactly(
                        new PartitionSlice("later", Position.of(3), Position.of(4), 1),
                        new PartitionSlice("a", Position.of(5), Position.of(6), 1));
    }

    @Test
    void a_record_that_was_appended_before_is_refused() {
        BlockBuilder builder = blocks.builder(Map.of("a", Position.of(5)));
        int a = builder.partition("a");
        append(builder, a, 5);
        assertThatThrownBy(() -> append(builder, a, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("offset 5")
                .hasMessageContaining("partition a");
        assertThatThrownBy(() -> builder.append(a, 9, 9, 0, null, null, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.mark(a, Position.of(4))).isInstanceOf(IllegalArgumentException.class);
        builder.cut();
        assertThat(blocks.sealed.get(0).records()).isEqualTo(1);
    }

    @Test
    void a_block_is_cut_when_it_is_full() throws Exception {
        BlockSettings settings = new BlockSettings(4_096, 100_000, 0);
        BlockBuilder builder = blocks.builder(settings, Map.of("a", Position.of(0)));
        int a = builder.partition("a");
        for (int i = 0; i < 1_000; i++) {
            append(builder, a, i);
        }
        builder.cut();
        assertThat(blocks.sealed)
                .hasSizeGreaterThan(2)
                .allSatisfy(block -> assertThat(block.length()).isLessThanOrEqualTo(4_096));
        assertThat(blocks.sealed.subList(0, blocks.sealed.size() - 1))
                .allSatisfy(block -> assertThat(block.length()).isGreaterThan(3_900));
        assertThat(Blocks.values(blocks.sealed)).isEqualTo(numbers(0, 1_000));
    }

    @Test
    void a_record_larger_than_a_block_has_a_block_of_its_own() {
        BlockSettings settings = new BlockSettings(4_096, 100_000, 0);
        BlockBuilder builder = blocks.builder(settings, Map.of("a", Position.of(0)));
        int a = builder.partition("a");
        append(builder, a, 0);
        builder.append(a, 1, 2, 0, null, ByteBuffer.allocate(90_000), List.of());
        append(builder, a, 2);
        builder.cut();
        assertThat(blocks.sealed).extracting(SealedBlock::records).containsExactly(1, 1, 1);
    }

    @Test
    void a_record_larger_than_the_limit_is_refused_and_nothing_else() throws Exception {
        BlockSettings settings = new BlockSettings(4_096, 100, 0);
        BlockBuilder builder = blocks.builder(settings, Map.of("a", Position.of(0)));
        int a = builder.partition("a");
        append(builder, a, 0);
        List<RecordHeader> headers = List.of(new RecordHeader("h", new byte[50]));
        assertThatThrownBy(() -> builder.append(a, 1, 2, 0, ByteBuffer.allocate(20), ByteBuffer.allocate(30), headers))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a record of 103 bytes of partition a is larger than record.max-bytes = 100:"
                        + " raise it, or keep such records from the source");
        append(builder, a, 2);
        builder.cut();
        assertThat(Blocks.values(blocks.sealed)).containsExactly("0", "2");
    }

    @Test
    void a_record_that_cannot_be_read_leaves_the_block_as_it_was() throws Exception {
        BlockBuilder builder = blocks.builder(Map.of("a", Position.of(0)));
        int a = builder.partition("a");
        append(builder, a, 0);
        List<RecordHeader> broken = new ArrayList<>();
        broken.add(null);
        assertThatThrownBy(() -> builder.append(a, 1, 2, 0, null, utf8("x"), broken))
                .isInstanceOf(NullPointerException.class);
        append(builder, a, 1);
        builder.cut();
        assertThat(Blocks.values(blocks.sealed)).containsExactly("0", "1");
    }

    @Test
    void e4_records_covered_by_one_mark_are_in_one_block() throws Exception {
        BlockSettings settings = new BlockSettings(1_024, 100_000, 0);
        BlockBuilder builder = blocks.builder(settings, Map.of("a", Position.of(0)));
        int a = builder.partition("a");
        append(builder, a, 0);
        for (int i = 1; i <= 300; i++) {
            assertThat(builder.append(a, 0, null, utf8("" + i), List.of())).isTrue();
            if (i % 10 == 0) {
                builder.cut();
            }
        }
        assertThat(blocks.sealed).isEmpty();
        builder.mark(a, Position.of(301));
        assertThat(blocks.sealed).extracting(SealedBlock::records).containsExactly(301);
        assertThat(blocks.sealed.get(0).slices())
                .containsExactly(new PartitionSlice("a", Position.of(0), Position.of(301), 301));
        assertThat(Blocks.values(blocks.sealed)).isEqualTo(numbers(0, 301));
    }

    @Test
    void a_block_does_not_end_before_the_marks_of_all_its_partitions() {
        BlockBuilder builder = blocks.builder(Map.of("a", Position.of(0), "b", Position.of(0)));
        int a = builder.partition("a");
        int b = builder.partition("b");
        builder.append(a, 0, null, utf8("x"), List.of());
        builder.append(b, 0, null, utf8("y"), List.of());
        builder.mark(a, Position.of(1));
        builder.cut();
        assertThat(blocks.sealed).isEmpty();
        append(builder, b, 1);
        assertThat(blocks.sealed).extracting(SealedBlock::records).containsExactly(3);
    }

    @Test
    void a_token_covers_all_that_came_before() {
        BlockBuilder builder = blocks.builder(Map.of());
        int a = builder.partition("a");
        int b = builder.partition("b");
        builder.append(a, 0, null, utf8("x"), List.of());
        builder.append(b, 0, null, utf8("y"), List.of());
        builder.token(4);
        builder.append(a, 0, null, utf8("z"), List.of());
        builder.token(7);
        builder.cut();
        builder.append(a, 0, null, utf8("z"), List.of());
        builder.cut();
        assertThat(blocks.sealed).extracting(SealedBlock::token).containsExactly(7L);
        builder.token(8);
        builder.cut();
        assertThat(blocks.sealed).extracting(SealedBlock::token).containsExactly(7L, 8L);
        assertThat(blocks.sealed).allSatisfy(block -> assertThat(block.slices()).isEmpty());
        assertThatThrownBy(() -> builder.token(8)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_token_for_what_was_cut_already_makes_a_block_without_records() {
        BlockBuilder builder = blocks.builder(Map.of("a", Position.of(0)));
        append(builder, builder.partition("a"), 0);
        builder.cut();
        builder.token(1);
        builder.cut();
        builder.cut();
        assertThat(blocks.sealed).extracting(SealedBlock::token).containsExactly(-1L, 1L);
        assertThat(blocks.sealed).extracting(SealedBlock::records).containsExactly(1, 0);
    }

    @Test
    void small_blocks_do_not_hold_large_arrays() {
        BlockBuilder builder = blocks.builder(Map.of("a", Position.of(0)));
        int a = builder.partition("a");
        long offset = 0;
        for (int i = 0; i < 5; i++) {
            builder.append(a, offset, offset + 1, 0, null, ByteBuffer.allocate(900_000), List.of());
            offset++;
            builder.cut();
            append(builder, a, offset++);
            builder.cut();
        }
        assertThat(blocks.sealed)
                .allSatisfy(block ->
                        assertThat(block.bytes().length).isLessThanOrEqualTo(Math.max(4_096, 2 * block.length())));
    }

    private static void append(BlockBuilder builder, int partition, long offset) {
        assertThat(builder.append(partition, offset, offset + 1, offset, null, utf8("" + offset), List.of()))
                .isTrue();
    }

    private static List<String> numbers(int from, int until) {
        return IntStream.range(from, until).mapToObj(Integer::toString).toList();
    }
}
