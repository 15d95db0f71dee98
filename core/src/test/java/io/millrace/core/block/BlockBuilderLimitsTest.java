// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.block;

import static io.millrace.core.block.Blocks.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.source.Position;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is refused, and who is woken up when. */
class BlockBuilderLimitsTest {
    private static final int KIB = 1 << 10;
    private static final BlockSettings SMALL = new BlockSettings(4 * KIB, 64 * KIB, 0);

    private final AtomicInteger wakeUps = new AtomicInteger();
    private final Blocks blocks = new Blocks(16 * KIB);
    private long next;

    @Test
    void no_more_is_on_its_way_than_allowed() {
        BlockBuilder builder = builder(SMALL);
        while (append(builder, 1_000)) {
            assertThat(blocks.budget.used()).isLessThanOrEqualTo(16 * KIB);
        }
        assertThat(next).isBetween(13L, 16L);
        assertThat(wakeUps).hasValue(0);
        int released = blocks.sealed.get(0).length();
        blocks.budget.release(released);
        assertThat(wakeUps).hasValue(1);
        assertThat(append(builder, 1_000)).isTrue();
        blocks.budget.release(1);
        assertThat(wakeUps).as("nobody was refused meanwhile").hasValue(1);
    }

    @Test
    void what_is_being_built_is_handed_over_when_a_record_is_refused() {
        BlockBuilder builder = builder(new BlockSettings(64 * KIB, 64 * KIB, 0));
        while (append(builder, 1_000)) {}
        assertThat(blocks.sealed).hasSize(1);
        blocks.budget.release(blocks.sealed.get(0).length());
        assertThat(wakeUps).hasValue(1);
        assertThat(blocks.budget.used()).isZero();
    }

    @Test
    void a_record_larger_than_all_that_is_allowed_passes_alone() {
        BlockBuilder builder = builder(SMALL);
        assertThat(append(builder, 100)).isTrue();
        assertThat(append(builder, 40 * KIB)).isFalse();
        blocks.budget.release(blocks.sealed.get(0).length());
        assertThat(wakeUps).hasValue(1);
        assertThat(append(builder, 40 * KIB)).isTrue();
        assertThat(append(builder, 1)).isFalse();
        assertThat(blocks.sealed).hasSize(2);
        blocks.budget.release(blocks.sealed.get(1).length());
        assertThat(wakeUps).hasValue(2);
        assertThat(append(builder, 1)).isTrue();
    }

    @Test
    void a_run_without_a_mark_that_has_no_room_is_an_error() {
        BlockBuilder builder = builder(SMALL);
        int a = builder.partition("a");
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        builder.append(a, 0, null, ByteBuffer.allocate(1_000), List.of());
                    }
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("16 records were appended without a mark")
                .hasMessageContaining("receiver.max-unacknowledged = 16384");
    }

    @Test
    void a_run_without_a_mark_waits_for_blocks_before_it() {
        BlockBuilder builder = builder(SMALL);
        while (append(builder, 1_000)) {}
        blocks.budget.release(blocks.sealed.get(0).length());
        int a = builder.partition("a");
        while (builder.append(a, 0, null, ByteBuffer.allocate(1_000), List.of())) {}
        int before = wakeUps.get();
        blocks.budget.release(blocks.sealed.get(1).length());
        assertThat(wakeUps).hasValue(before + 1);
        assertThat(builder.append(a, 0, null, ByteBuffer.allocate(1_000), List.of()))
                .isTrue();
    }

    @Test
    void a_budget_is_shared_with_the_blocks_of_the_builder_before() {
        BlockBuilder first = builder(SMALL);
        while (append(first, 1_000)) {}
        first.close(true);
        BlockBuilder second = blocks.builder(SMALL, Map.of("a", Position.of(next)));
        second.onReady(wakeUps::incrementAndGet);
        assertThat(append(second, 1_000)).isFalse();
        blocks.budget.release(blocks.sealed.get(0).length());
        assertThat(wakeUps).hasValue(1);
        assertThat(append(second, 1_000)).isTrue();
    }

    @Test
    void a_wake_up_that_is_asked_for_late_is_not_lost() {
        BlockBuilder builder = blocks.builder(SMALL, Map.of("a", Position.of(0)));
        while (append(builder, 1_000)) {}
        blocks.budget.release(blocks.sealed.get(0).length());
        builder.onReady(wakeUps::incrementAndGet);
        assertThat(wakeUps).hasValue(1);
    }

    @Test
    void the_rate_is_kept_over_a_long_time() {
        BlockBuilder builder = builder(new BlockSettings(Blocks.MIB, 100, 1_000));
        int taken = 0;
        for (int second = 0; second < 60; second++) {
            for (int step = 0; step < 40; step++) {
                while (append(builder, 1)) {
                    taken++;
                }
                blocks.clock.advance(Duration.ofMillis(25));
                builder.cut();
                blocks.sealed.forEach(block -> blocks.budget.release(block.length()));
                blocks.sealed.clear();
            }
        }
        assertThat(taken).isBetween(59_900, 60_100);
    }

    @Test
    void the_rate_does_not_let_an_idle_hour_be_made_up_for() {
        BlockBuilder builder = builder(new BlockSettings(Blocks.MIB, 100, 50));
        blocks.clock.advance(Duration.ofHours(1));
        int taken = 0;
        while (append(builder, 1)) {
            taken++;
        }
        assertThat(taken).isEqualTo(5);
    }

    @Test
    void who_was_too_fast_is_woken_up_by_a_timer() {
        BlockBuilder builder = builder(new BlockSettings(Blocks.MIB, 100, 1));
        assertThat(append(builder, 1)).isTrue();
        assertThat(append(builder, 1)).isFalse();
        assertThat(append(builder, 1)).isFalse();
        assertThat(blocks.clock.pending()).isEqualTo(1);
        blocks.clock.advance(Duration.ofMillis(949));
        assertThat(wakeUps).hasValue(0);
        blocks.clock.advance(Duration.ofMillis(1));
        assertThat(wakeUps).hasValue(1);
        assertThat(append(builder, 1)).isTrue();
    }

    @Test
    void a_pause_refuses_and_a_resume_wakes_up() {
        BlockBuilder builder = builder(SMALL);
        builder.pause();
        assertThat(append(builder, 1)).isFalse();
        builder.resume();
        assertThat(wakeUps).hasValue(1);
        assertThat(append(builder, 1)).isTrue();
        builder.resume();
        assertThat(wakeUps).hasValue(1);
    }

    @Test
    void e5_flush_refuses_at_once_and_hands_all_over_without_a_tick() throws Exception {
        Blocks roomy = new Blocks();
        BlockBuilder builder = roomy.builder(Map.of("a", Position.of(0)));
        int a = builder.partition("a");
        for (int i = 0; i < 1_000; i++) {
            builder.append(a, i, i + 1, 0, null, utf8("" + i), List.of());
        }
        assertThat(builder.flush()).isCompletedWithValue(true);
        assertThat(builder.append(a, 1_000, 1_001, 0, null, null, List.of())).isFalse();
        assertThat(Blocks.values(roomy.sealed))
                .isEqualTo(IntStream.range(0, 1_000).mapToObj(Integer::toString).toList());
    }

    @Test
    void a_flush_waits_for_the_mark_of_a_run_and_lets_it_come() {
        BlockBuilder builder = builder(SMALL);
        int a = builder.partition("a");
        builder.append(a, 0, null, utf8("x"), List.of());
        CompletableFuture<Boolean> flushed = builder.flush();
        assertThat(flushed).isNotDone();
        assertThat(builder.append(a, 0, null, utf8("y"), List.of())).isTrue();
        builder.mark(a, Position.of(2));
        assertThat(flushed).isCompletedWithValue(true);
        assertThat(builder.append(a, 0, null, utf8("z"), List.of())).isFalse();
        assertThat(blocks.sealed).extracting(SealedBlock::records).containsExactly(2);
    }

    @Test
    void e4_a_closed_builder_takes_nothing_and_wakes_nobody_up() {
        BlockBuilder builder = builder(SMALL);
        int a = builder.partition("a");
        assertThat(append(builder, 1)).isTrue();
        builder.close(true);
        builder.close(true);
        assertThat(append(builder, 1)).isFalse();
        assertThat(builder.append(a, 0, null, null, List.of())).isFalse();
        builder.mark(a, Position.of(99));
        builder.token(3);
        builder.cut();
        builder.resume();
        blocks.budget.release(blocks.sealed.get(0).length());
        assertThat(wakeUps).hasValue(0);
        assertThat(blocks.sealed).hasSize(1);
        assertThat(builder.flush()).isCompletedWithValue(false);
        assertThat(blocks.budget.used()).isZero();
    }

    @Test
    void closing_within_a_run_drops_the_block() {
        BlockBuilder builder = builder(SMALL);
        append(builder, 1);
        builder.append(builder.partition("a"), 0, null, utf8("x"), List.of());
        CompletableFuture<Boolean> flushed = builder.flush();
        builder.close(true);
        assertThat(flushed).isCompletedWithValue(false);
        assertThat(blocks.sealed).isEmpty();
        assertThat(blocks.clock.pending()).isZero();
    }

    @Test
    void e6_a_sink_that_throws_closes_the_builder() {
        BlockBuilder builder = new BlockBuilder(
                SMALL,
                blocks.budget,
                blocks.arrays,
                blocks.clock,
                Map.of("a", Position.of(0)),
                Runnable::run,
                block -> {
                    throw new IllegalStateException("no log");
                });
        append(builder, 1);
        assertThatThrownBy(builder::cut).hasMessage("no log");
        assertThat(append(builder, 1)).isFalse();
        assertThat(blocks.budget.used()).isZero();
    }

    private BlockBuilder builder(BlockSettings settings) {
        BlockBuilder builder = blocks.builder(settings, Map.of("a", Position.of(0)));
        builder.onReady(wakeUps::incrementAndGet);
        return builder;
    }

    private boolean append(BlockBuilder builder, int bytes) {
        boolean taken =
                builder.append(builder.partition("a"), next, next + 1, 0, null, ByteBuffer.allocate(bytes), List.of());
        if (taken) {
            next++;
        }
        return taken;
    }
}
