// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.MillraceException;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.api.listener.ProgressListener;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingEvent.BatchCompleted;
import io.millrace.api.listener.StreamingEvent.BatchInfo;
import io.millrace.api.listener.StreamingEvent.BatchPlanned;
import io.millrace.api.listener.StreamingEvent.BatchStarted;
import io.millrace.api.listener.StreamingEvent.BatchSubmitted;
import io.millrace.api.listener.StreamingEvent.OutputOperationCompleted;
import io.millrace.api.listener.StreamingEvent.OutputOperationInfo;
import io.millrace.api.listener.StreamingEvent.OutputOperationStarted;
import io.millrace.api.listener.StreamingEvent.ReceiverError;
import io.millrace.api.listener.StreamingEvent.ReceiverStarted;
import io.millrace.api.listener.StreamingEvent.ReceiverStopped;
import io.millrace.api.listener.StreamingEvent.RecoveryCompleted;
import io.millrace.api.listener.StreamingEvent.StreamingStarted;
import io.millrace.api.listener.StreamingEvent.StreamingStopped;
import io.millrace.api.listener.StreamingListener;
import io.millrace.testkit.stream.RestartMode;
import io.millrace.testkit.stream.StreamHarness;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Scenarios H: what listeners are told, in which order, with what. */
class ListenerScenarioTest {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final Recording seen = new Recording();

    @Test
    void h1_everyStepOfABatchIsToldWithTheDelaysKnownByThen() {
        StreamHarness.of("out", in -> in.input("in", Codecs.INT))
                .batches("in", List.of(1), List.of(2), List.of(3), List.of(4))
                .listener(seen)
                .run();

        assertThat(seen.of(BatchSubmitted.class)).hasSize(4).allSatisfy(event -> {
            assertThat(event.batch().schedulingDelay()).isEmpty();
            assertThat(event.batch().processingDelay()).isEmpty();
            assertThat(event.batch().totalDelay()).isEmpty();
            assertThat(event.batch().records()).isEqualTo(1);
        });
        assertThat(seen.of(BatchStarted.class)).hasSize(4).allSatisfy(event -> {
            assertThat(event.batch().schedulingDelay()).isPresent();
            assertThat(event.batch().processingDelay()).isEmpty();
            assertThat(event.batch().totalDelay()).isEmpty();
            assertThat(event.batch().records()).isEqualTo(1);
        });
        assertThat(seen.of(BatchCompleted.class)).hasSize(4).allSatisfy(event -> {
            BatchInfo batch = event.batch();
            assertThat(batch.schedulingDelay().orElseThrow()).isGreaterThanOrEqualTo(Duration.ZERO);
            assertThat(batch.processingDelay().orElseThrow()).isGreaterThanOrEqualTo(Duration.ZERO);
            assertThat(batch.totalDelay().orElseThrow())
                    .isEqualTo(batch.schedulingDelay()
                            .orElseThrow()
                            .plus(batch.processingDelay().orElseThrow()));
            assertThat(batch.records()).isEqualTo(1);
            assertThat(batch.inputs().get("in").ranges()).hasSize(1);
            assertThat(batch.failure()).isEmpty();
        });
        assertThat(seen.events).map(StreamingEvent::at).isSortedAccordingTo(Instant::compareTo);
    }

    @Test
    void h1_theStepsOfABatchComeInOrder() {
        StreamHarness.of("out", in -> in.input("in", Codecs.INT))
                .batches("in", List.of(1))
                .listener(seen)
                .run();

        assertThat(kinds(seen.events))
                .containsSubsequence(
                        "RecoveryCompleted",
                        "StreamingStarted",
                        "BatchSubmitted",
                        "BatchStarted",
                        "OutputOperationStarted",
                        "OutputOperationCompleted",
                        "BatchCompleted",
                        "BatchCommitted",
                        "StreamingStopped")
                .containsSubsequence("BatchSubmitted", "BatchPlanned", "OutputOperationStarted");
        assertThat(seen.of(BatchPlanned.class)).hasSize(1);
        assertThat(seen.of(BatchCommitted.class))
                .extracting(BatchCommitted::records)
                .containsExactly(1L);
    }

    @Test
    void h1_aRestartIsToldWithWhatItFound() {
        StreamHarness.of("out", in -> in.input("in", Codecs.INT))
                .batches("in", List.of(1), List.of(2))
                .killIn(1)
                .listener(seen)
                .run();

        List<RecoveryCompleted> recoveries = seen.of(RecoveryCompleted.class);
        assertThat(recoveries).hasSize(2);
        assertThat(recoveries.get(0).batches()).isEmpty();
        assertThat(recoveries.get(1).facts()).isPositive();
        assertThat(recoveries.get(1).batches()).containsExactly(Instant.parse("2000-01-01T00:00:02Z"));
        int again = seen.events.indexOf(recoveries.get(1));
        assertThat(kinds(seen.events.subList(again, seen.events.size())))
                .startsWith("RecoveryCompleted", "StreamingStarted", "BatchSubmitted");
        assertThat(seen.of(StreamingStarted.class))
                .extracting(StreamingStarted::epoch)
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void h2_outputsStartAndCompleteInOrderOfDeclaration() {
        StreamHarness.of(in -> {
                    var numbers = in.input("in", Codecs.INT);
                    in.collect("c", numbers);
                    in.collect("a", numbers);
                    in.collect("b", numbers);
                })
                .batches("in", List.of(1), List.of(2))
                .listener(seen)
                .run();

        assertThat(seen.of(OutputOperationStarted.class))
                .extracting(
                        event -> event.operation().index() + event.operation().name())
                .containsExactly("0c", "1a", "2b", "0c", "1a", "2b");
        assertThat(seen.of(OutputOperationCompleted.class))
                .allSatisfy(event -> assertThat(event.operation().duration()).isPresent())
                .extracting(event -> event.operation().index())
                .containsExactly(0, 1, 2, 0, 1, 2);
        assertThat(seen.of(BatchCompleted.class))
                .allSatisfy(event -> assertThat(event.batch().outputs())
                        .extracting(OutputOperationInfo::name)
                        .containsExactly("c", "a", "b"));
    }

    @Test
    void h3_anOutputThatFailsIsToldAndEndsTheBatchAndTheProgram() {
        assertThatThrownBy(() -> StreamHarness.of(in -> {
                            var numbers = in.input("in", Codecs.INT);
                            in.collect("fine", numbers);
                            numbers.foreachBatch("broken", batch -> {
                                throw new IllegalStateException("the disk is full");
                            });
                        })
                        .batches("in", List.of(1))
                        .listener(seen)
                        .run())
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("the disk is full");

        List<OutputOperationCompleted> outputs = seen.of(OutputOperationCompleted.class);
        assertThat(outputs.get(0).operation().failure()).isEmpty();
        assertThat(outputs.get(1).operation().failure().orElseThrow()).contains("the disk is full");
        assertThat(seen.of(BatchCompleted.class))
                .singleElement()
                .satisfies(event -> assertThat(event.batch().failure().orElseThrow())
                        .contains("output 'broken' failed", "the disk is full"));
        assertThat(seen.of(BatchCommitted.class)).isEmpty();
        assertThat(seen.of(StreamingStopped.class)).singleElement().satisfies(event -> {
            assertThat(event.graceful()).isFalse();
            assertThat(event.failure().orElseThrow()).contains("the disk is full");
        });
    }

    @Test
    void h3_aTaskThatFailsEndsItsBatchToo() {
        assertThatThrownBy(() -> StreamHarness.of(
                                "out", in -> in.input("in", Codecs.INT).map(n -> 1 / n))
                        .batches("in", List.of(0))
                        .listener(seen)
                        .run())
                .hasMessageContaining("/ by zero");

        assertThat(seen.of(BatchCompleted.class)).singleElement().satisfies(event -> {
            assertThat(event.batch().failure().orElseThrow()).contains("/ by zero");
            assertThat(event.batch().outputs()).isEmpty();
        });
    }

    @Test
    void h4_aReceiverIsToldToStartToFailAndToStopOnce() {
        ComplainingReceiver receiver = new ComplainingReceiver();
        try (StreamingContext context = StreamingContext.builder("h4")
                .batchInterval(Duration.ofMillis(50))
                .provider(receiver)
                .listener(seen)
                .build()) {
            context.receive("complaining", Map.of())
                    .map(view -> view.valueUtf8())
                    .print(0);
            context.start();
            await().atMost(DEADLINE).until(() -> !seen.of(ReceiverStarted.class).isEmpty());
            receiver.complain();
            assertThat(context.stopGracefully(DEADLINE)).isTrue();
        }

        assertThat(seen.of(ReceiverStarted.class))
                .extracting(event -> event.receiver().stream())
                .containsExactly("complaining");
        assertThat(seen.of(ReceiverError.class)).singleElement().satisfies(event -> {
            assertThat(event.message()).contains("the source is slow", "timed out");
            assertThat(event.stackTrace().orElseThrow()).contains("ComplainingReceiver");
        });
        assertThat(seen.of(ReceiverStopped.class)).hasSize(1);
        assertThat(kinds(seen.events))
                .containsSubsequence("ReceiverStarted", "ReceiverError", "ReceiverStopped", "StreamingStopped");
    }

    @Test
    void h5_nothingComesAfterTheEnd() {
        StreamHarness.of("out", in -> in.input("in", Codecs.INT))
                .batches("in", List.of(1), List.of(2), List.of(3))
                .modes(RestartMode.KILL_BEFORE_COMMIT)
                .listener(seen)
                .run();

        List<String> kinds = kinds(seen.events);
        assertThat(Collections.frequency(kinds, "StreamingStopped")).isEqualTo(4);
        for (int i = 0; i < kinds.size() - 1; i++) {
            if (kinds.get(i).equals("StreamingStopped")) {
                assertThat(kinds.get(i + 1)).isEqualTo("RecoveryCompleted"); // of the next start
            }
        }
        assertThat(kinds).endsWith("StreamingStopped");
    }

    @Test
    void h6_progressCountsWhatWasReceivedAndProcessed() {
        ProgressListener progress = new ProgressListener();
        List<Integer> twoHundred = Collections.nCopies(200, 7);
        StreamHarness.of("out", in -> in.input("in", Codecs.INT))
                .batches("in", twoHundred, twoHundred, twoHundred)
                .listener(progress)
                .run();

        assertThat(progress.receivedRecords()).isEqualTo(600);
        assertThat(progress.processedRecords()).isEqualTo(600);
        assertThat(progress.completedBatches()).isEqualTo(3);
        assertThat(progress.committedBatches()).isEqualTo(3);
        assertThat(progress.waitingBatches()).isEmpty();
        assertThat(progress.runningBatches()).isEmpty();
        assertThat(progress.lastCompletedBatch().orElseThrow().batchTime())
                .isEqualTo(Instant.parse("2000-01-01T00:00:03Z"));
    }

    @Test
    void h6_progressKeepsAThousandBatchesAndNothingOfEventsThatComeAlone() {
        ProgressListener progress = new ProgressListener();
        for (int i = 1; i <= 1_010; i++) {
            progress.onEvent(new BatchCompleted(Instant.EPOCH, batch(i)));
        }
        OutputOperationInfo stray = new OutputOperationInfo(
                Instant.EPOCH, 0, "out", Optional.of(Instant.EPOCH), Optional.empty(), Optional.empty());
        progress.onEvent(new OutputOperationStarted(Instant.EPOCH, stray));
        progress.onEvent(new OutputOperationCompleted(Instant.EPOCH, stray));

        assertThat(progress.retainedBatches()).hasSize(1_000);
        assertThat(progress.retainedBatches().get(0)).isEqualTo(batch(11));
        assertThat(progress.completedBatches()).isEqualTo(1_010);
        assertThat(progress.runningBatches()).isEmpty();
    }

    @Test
    void d8_stoppingFromWithinAListenerWorks() throws Exception {
        AtomicReference<StreamingContext> running = new AtomicReference<>();
        StreamingListener stopping = new StreamingListener() {
            @Override
            public void onBatchCommitted(BatchCommitted event) {
                running.get().stopGracefully(DEADLINE);
            }
        };
        try (StreamingContext context = StreamingContext.builder("d8")
                .batchInterval(Duration.ofMillis(20))
                .provider(new ComplainingReceiver())
                .listener(stopping)
                .listener(seen)
                .build()) {
            running.set(context);
            context.receive("complaining", Map.of())
                    .map(view -> view.valueUtf8())
                    .print(0);
            context.start();
            assertThat(context.awaitTermination(DEADLINE)).isTrue();
        }
        assertThat(seen.of(StreamingStopped.class))
                .singleElement()
                .satisfies(event -> assertThat(event.graceful()).isTrue());
    }

    private static BatchInfo batch(int seconds) {
        return new BatchInfo(
                Instant.ofEpochSecond(seconds),
                Map.of(),
                Instant.EPOCH,
                Optional.of(Instant.EPOCH),
                Optional.of(Instant.EPOCH),
                List.of(),
                Optional.empty());
    }

    private static List<String> kinds(List<StreamingEvent> events) {
        return events.stream().map(event -> event.getClass().getSimpleName()).toList();
    }

    private static final class Recording implements StreamingListener {
        final List<StreamingEvent> events = new CopyOnWriteArrayList<>();

        @Override
        public void onEvent(StreamingEvent event) {
            events.add(event);
        }

        <E extends StreamingEvent> List<E> of(Class<E> kind) {
            return Stream.of(events.toArray(StreamingEvent[]::new))
                    .filter(kind::isInstance)
                    .map(kind::cast)
                    .toList();
        }
    }
}
