// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.ContextState;
import io.millrace.api.DStream;
import io.millrace.api.ErrorCode;
import io.millrace.api.LongAccumulator;
import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.StateSpec;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.Window;
import io.millrace.api.codec.Codecs;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingListener;
import io.millrace.testkit.ManualClock;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Scenarios D1–D3, D7–D9, D11 and D12: the life of a context. */
@Timeout(120)
class LifecycleScenariosTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration GAP = Duration.ofMillis(1);

    private static StreamingContextBuilder builder(String program) {
        return StreamingContext.builder(program)
                .batchInterval(Duration.ofMillis(20))
                .set("block.interval", "5ms")
                .set("scheduler.task.max-failures", "1");
    }

    /** A context with an output, not started. */
    private static StreamingContext declared(String program, Numbers numbers, List<Long> seen) {
        StreamingContext context = builder(program).build();
        context.receive(numbers.source()).foreachBatch("seen", batch -> seen.addAll(batch.collect()));
        return context;
    }

    private static void assertNoThreadOf(String program) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.startsWith("millrace-" + program + "-")));
    }

    @Test
    void D1_a_context_is_started_once_and_stopped_once_and_more_does_no_harm() {
        try (StreamingContext context = declared("d1", Numbers.every(GAP), new CopyOnWriteArrayList<>())) {
            assertThat(context.state()).isEqualTo(ContextState.INITIALIZED);
            context.start();
            assertThat(context.state()).isEqualTo(ContextState.ACTIVE);
            context.start();
            assertThat(context.state()).isEqualTo(ContextState.ACTIVE);
            context.stop();
            assertThat(context.state()).isEqualTo(ContextState.STOPPED);
            context.stop();
            context.stopGracefully(SOON);
            assertThat(context.state()).isEqualTo(ContextState.STOPPED);
            assertThatThrownBy(context::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was stopped: build a new context");
        }
    }

    @Test
    void D1_a_context_may_be_stopped_before_it_was_started() {
        try (StreamingContext context = declared("d1-early", Numbers.every(GAP), new CopyOnWriteArrayList<>())) {
            context.stop();
            assertThat(context.state()).isEqualTo(ContextState.STOPPED);
            assertThatThrownBy(context::start).isInstanceOf(IllegalStateException.class);
        }
        try (StreamingContext context = declared("d1-early", Numbers.every(GAP), new CopyOnWriteArrayList<>())) {
            assertThat(context.stopGracefully(SOON)).isTrue();
            assertThat(context.state()).isEqualTo(ContextState.STOPPED);
        }
        assertNoThreadOf("d1-early");
    }

    @Test
    void D1_nothing_is_declared_after_start_or_stop() {
        try (StreamingContext context = builder("d1-late").build()) {
            DStream<Long> numbers = context.receive(Numbers.every(GAP).source());
            numbers.print(0);
            context.start();
            assertRefusals(context, numbers, "after start");
            context.stop();
            assertRefusals(context, numbers, "after stop");
        }
    }

    private static void assertRefusals(StreamingContext context, DStream<Long> numbers, String when) {
        List<org.assertj.core.api.ThrowableAssert.ThrowingCallable> moves = List.of(
                () -> context.receive(Numbers.every(GAP).source().named("more-" + when.replace(' ', '-'))),
                () -> numbers.map(n -> n),
                () -> numbers.count(),
                () -> numbers.remember(SOON),
                () -> numbers.foreachBatch("more " + when, batch -> {}));
        for (org.assertj.core.api.ThrowableAssert.ThrowingCallable move : moves) {
            assertThatThrownBy(move).isInstanceOf(IllegalStateException.class).hasMessageContaining(when);
        }
    }

    @Test
    void D1_a_program_without_an_output_is_refused() {
        try (StreamingContext context = builder("d1-none").build()) {
            context.receive(Numbers.every(GAP).source()).map(n -> n);
            assertThatThrownBy(context::start)
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("has no output");
            assertThat(context.state()).isEqualTo(ContextState.STOPPED);
        }
        assertNoThreadOf("d1-none");
    }

    @Test
    void D2_state_without_a_checkpoint_is_refused_and_nothing_runs() throws Exception {
        try (StreamingContext context = builder("d2").build()) {
            totals(context);
            assertThatThrownBy(context::start)
                    .isInstanceOfSatisfying(
                            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USER_CONFIG))
                    .hasMessageContaining("'runningReduce(totals)' at LifecycleScenariosTest.java:")
                    .hasMessageContaining("no checkpoint: call checkpoint(");
            assertThat(context.state()).isEqualTo(ContextState.STOPPED);
            assertThat(context.awaitTermination(SOON)).isTrue();
        }
        assertNoThreadOf("d2");
    }

    @Test
    void D2_state_that_is_to_die_with_the_process_says_so() {
        try (StreamingContext context =
                builder("d2-memory").checkpoint(URI.create("mem:/")).build()) {
            totals(context);
            context.start();
            assertThat(context.state()).isEqualTo(ContextState.ACTIVE);
        }
    }

    private static void totals(StreamingContext context) {
        context.receive(Numbers.every(GAP).source())
                .mapToPair(number -> Pair.of(number % 2, number))
                .runningReduce("totals", Codecs.LONG, Codecs.LONG, Long::sum)
                .print(0);
    }

    @Test
    void D2_functions_need_not_be_serializable_for_a_scheduler_of_this_process() {
        Object notSerializable = new Object();
        List<Long> seen = new CopyOnWriteArrayList<>();
        try (StreamingContext context = builder("d2-functions").build()) {
            context.receive(Numbers.every(GAP).until(10).source())
                    .filter(number -> !notSerializable.equals(number))
                    .foreachBatch("seen", batch -> seen.addAll(batch.collect()));
            context.start();
            await().atMost(SOON).until(() -> seen.size() == 10);
        }
    }

    @Test
    void D2_whatever_is_declared_after_the_start_is_refused() {
        try (StreamingContext context =
                builder("d2-late").checkpoint(URI.create("mem:/")).build()) {
            DStream<Long> numbers = context.receive(Numbers.every(GAP).source());
            var pairs = numbers.mapToPair(number -> Pair.of(number % 2, number));
            var known =
                    pairs.mapWithState(StateSpec.named("known", Codecs.LONG, Codecs.LONG), (key, value, state) -> key);
            LongAccumulator early = context.accumulator("early");
            pairs.print(0);
            context.start();
            List<ThrowingCallable> declarations = List.of(
                    () -> context.accumulator("late"),
                    () -> context.receive(Numbers.every(GAP).source()),
                    () -> context.receive("numbers", Map.of()),
                    () -> context.union(List.of(numbers)),
                    () -> context.union(List.of(numbers, numbers)),
                    () -> context.transform(List.of(numbers), (time, batches) -> List.of()),
                    () -> numbers.map(n -> n),
                    () -> numbers.count(),
                    () -> numbers.union(numbers),
                    () -> numbers.union(List.of()),
                    () -> numbers.remember(SOON),
                    () -> numbers.window("w", Codecs.LONG, Window.of(Duration.ofSeconds(1))),
                    () -> pairs.reduceByKey(Long::sum),
                    () -> pairs.join(pairs),
                    () -> pairs.runningReduce("r", Codecs.LONG, Codecs.LONG, Long::sum),
                    () -> known.stateSnapshots(),
                    () -> numbers.print(),
                    () -> numbers.foreachBatch("f", batch -> {}),
                    () -> numbers.saveAsTextFiles("out", ""));
            for (int i = 0; i < declarations.size(); i++) {
                assertThatThrownBy(declarations.get(i))
                        .as("declaration %s", i)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("' is declared after start: declare ");
            }
            context.stop();
            assertThatThrownBy(() -> context.accumulator("late"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("accumulator 'late' is declared after stop");
            assertThat(early.value()).isZero();
        }
    }

    @Test
    void D3_waiting_ends_after_its_time_or_when_another_thread_stops_the_context() throws Exception {
        try (StreamingContext context = declared("d3", Numbers.every(GAP), new CopyOnWriteArrayList<>())) {
            context.start();
            assertThat(context.awaitTermination(Duration.ofMillis(500))).isFalse();
            CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> {
                try {
                    return context.awaitTermination(SOON);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            context.stop();
            assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
            context.awaitTermination();
            assertThat(context.awaitTermination(Duration.ZERO)).isTrue();
        }
    }

    @Test
    void D3_the_error_of_a_task_is_thrown_to_who_waits() {
        try (StreamingContext context = builder("d3-task").build()) {
            context.receive(Numbers.every(GAP).source())
                    .map(number -> {
                        throw new IllegalStateException("map task");
                    })
                    .print(0);
            context.start();
            assertThatThrownBy(() -> context.awaitTermination(SOON))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("map task");
            assertThatThrownBy(context::awaitTermination).hasMessageContaining("map task");
            assertThat(context.state()).isEqualTo(ContextState.STOPPED);
        }
        assertNoThreadOf("d3-task");
    }

    @Test
    void D3_the_error_of_a_transform_and_of_planning_is_thrown_to_who_waits() {
        try (StreamingContext context = builder("d3-transform").build()) {
            context.receive(Numbers.every(GAP).source())
                    .transform((time, batch) -> {
                        throw new IllegalStateException("transform");
                    })
                    .print(0);
            context.start();
            assertThatThrownBy(() -> context.awaitTermination(SOON))
                    .hasMessageContaining("'transform' at LifecycleScenariosTest.java:")
                    .hasMessageContaining("IllegalStateException: transform");
        }
        try (StreamingContext context = builder("d3-planning").build()) {
            context.receive(new Ranges()
                            .failing(new IllegalStateException("no ranges today"))
                            .source())
                    .print(0);
            assertThatThrownBy(() -> {
                        context.start();
                        context.awaitTermination(SOON);
                    })
                    .hasMessageContaining("no ranges today");
            assertThat(context.state()).isEqualTo(ContextState.STOPPED);
        }
        assertNoThreadOf("d3-planning");
    }

    @Test
    void D7_nothing_is_planned_after_the_inputs_are_closed_however_the_clock_runs() throws Exception {
        ManualClock clock = new ManualClock();
        Ranges ranges = new Ranges().available(5);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        List<Long> seen = new CopyOnWriteArrayList<>();
        try (StreamingContext context = builder("d7").clock(clock).build()) {
            context.receive(ranges.source()).foreachBatch("seen", batch -> {
                begun.countDown();
                release.await();
                seen.addAll(batch.collect());
            });
            context.start();
            clock.advance(Duration.ofMillis(20));
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Boolean> stopped = CompletableFuture.supplyAsync(() -> context.stopGracefully(SOON));
            for (int tick = 0; tick < 1000; tick++) {
                clock.advance(Duration.ofMillis(20));
            }
            assertThat(stopped).isNotDone();
            release.countDown();
            assertThat(stopped.get(30, TimeUnit.SECONDS)).isTrue();
            clock.advance(Duration.ofMinutes(1));
        }
        assertThat(seen).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(ranges.calls).endsWith("close").containsOnlyOnce("close");
    }

    @Test
    void D8_a_listener_may_stop_the_context() throws Exception {
        CompletableFuture<StreamingContext> started = new CompletableFuture<>();
        CompletableFuture<Boolean> answered = new CompletableFuture<>();
        StreamingListener stopping = new StreamingListener() {
            @Override
            public void onBatchCommitted(StreamingEvent.BatchCommitted batch) {
                answered.complete(started.join().stopGracefully(SOON));
            }
        };
        try (StreamingContext context = builder("d8").listener(stopping).build()) {
            context.receive(Numbers.every(GAP).source()).print(0);
            context.start();
            started.complete(context);
            assertThat(answered.get(30, TimeUnit.SECONDS)).isTrue();
            assertThat(context.awaitTermination(SOON)).isTrue();
            assertThat(context.state()).isEqualTo(ContextState.STOPPED);
        }
        assertNoThreadOf("d8");
    }

    @Test
    void D9_a_stopped_context_leaves_nothing_behind_and_the_application_goes_on() {
        for (int run = 0; run < 3; run++) {
            List<Long> seen = new CopyOnWriteArrayList<>();
            try (StreamingContext context = declared("d9", Numbers.every(GAP).until(20), seen)) {
                context.start();
                await().atMost(SOON).until(() -> seen.size() == 20);
            }
            assertNoThreadOf("d9");
        }
    }

    @Test
    void D11_any_number_of_contexts_run_in_one_JVM_and_stop_alone() {
        List<Long> firstSeen = new CopyOnWriteArrayList<>();
        List<Long> secondSeen = new CopyOnWriteArrayList<>();
        Numbers firstNumbers = Numbers.every(GAP).until(10);
        Numbers secondNumbers = Numbers.every(GAP).until(10);
        try (StreamingContext first = declared("d11", firstNumbers, firstSeen);
                StreamingContext second = declared("d11", secondNumbers, secondSeen)) {
            first.start();
            second.start();
            await().atMost(SOON).until(() -> firstSeen.size() == 10 && secondSeen.size() == 10);
            first.stop();
            secondNumbers.until(20);
            await().atMost(SOON).until(() -> secondSeen.size() == 20);
            assertThat(second.state()).isEqualTo(ContextState.ACTIVE);
            assertThat(firstSeen).hasSize(10);
        }
    }

    @Test
    void D12_an_input_that_nothing_reads_harms_nobody() {
        AtomicLong batches = new AtomicLong();
        List<Long> seen = new CopyOnWriteArrayList<>();
        Numbers unused = Numbers.every(GAP);
        try (StreamingContext context = builder("d12")
                .set("block.max-bytes", "4KiB")
                .set("receiver.max-backlog", "1MiB")
                .build()) {
            context.receive(unused.source().named("unused"));
            context.receive(new Ranges().available(100).source().named("unused-ranges"))
                    .map(n -> n);
            context.receive(Numbers.every(GAP).until(50).source().named("used")).foreachBatch("seen", batch -> {
                seen.addAll(batch.collect());
                batches.incrementAndGet();
            });
            context.start();
            await().atMost(SOON).until(() -> seen.size() == 50 && batches.get() > 20);
            assertThatCode(() -> assertThat(context.stopGracefully(SOON)).isTrue())
                    .doesNotThrowAnyException();
        }
    }
}
