// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.spi.receiver.ReceiverProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Inputs that a program feeds itself: queues, constants and receivers in code. */
@Timeout(60)
class ProgramInputsTest {
    @TempDir
    Path checkpoint;

    @Test
    void aQueueGivesEachBatchWhatWasAddedInOneCall() {
        QueueInput<String> queue = QueueInput.of("queue", Codecs.STRING);
        Programs<String> program = new Programs<>(checkpoint);
        queue.add(List.of("a", "b"));
        queue.add(List.of());
        queue.add("c");
        queue.add(List.of("d", "e", "f"));
        try (StreamingContext context = program.start(queue.source())) {
            program.awaitElements(6);
            context.stopGracefully(Programs.DEADLINE);
        }
        assertThat(program.batches.values().stream().filter(batch -> !batch.isEmpty()))
                .containsExactlyInAnyOrder(List.of("a", "b"), List.of("c"), List.of("d", "e", "f"));
    }

    @Test
    void aQueueCanGiveABatchEverythingThatWaits() {
        QueueInput<Long> queue = QueueInput.draining("queue", Codecs.LONG);
        Programs<Long> program = new Programs<>(checkpoint);
        queue.add(List.of(1L, 2L));
        queue.add(List.of(3L));
        try (StreamingContext context = program.start(queue.source())) {
            program.awaitElements(3);
            context.stopGracefully(Programs.DEADLINE);
        }
        assertThat(program.batches.values()).contains(List.of(1L, 2L, 3L));
    }

    @Test
    void aQueueGoesOnInTheNextContextAndABatchIsRunAgainWithTheSame() {
        QueueInput<String> queue = QueueInput.of("queue", Codecs.STRING);
        Programs<String> program = new Programs<>(checkpoint);
        queue.add(List.of("a"));
        queue.add(List.of("b", "c"));
        AtomicInteger failures = new AtomicInteger();
        StreamingContext failing = StreamingContext.builder("inputs-test")
                .batchInterval(Duration.ofMillis(30))
                .checkpoint(checkpoint)
                .build();
        failing.receive(queue.source()).foreachBatch("out", batch -> {
            if (batch.collect().contains("b")) {
                failures.incrementAndGet();
                throw new IllegalStateException("killed");
            }
        });
        failing.start();
        assertThatThrownBy(() -> failing.awaitTermination(Programs.DEADLINE)).hasMessageContaining("killed");
        assertThat(failures).hasValue(1);

        queue.add(List.of("d"));
        try (StreamingContext context = program.start(queue.source())) {
            program.awaitElements(3);
            context.stopGracefully(Programs.DEADLINE);
        }
        assertThat(program.batches.values()).contains(List.of("b", "c"), List.of("d"));
        assertThat(program.elements()).containsExactly("b", "c", "d");
    }

    @Test
    void aQueueOfAnotherProcessIsMissedByNameAndNumber() {
        QueueInput<String> queue = QueueInput.of("queue", Codecs.STRING);
        queue.add(List.of("a", "b"));
        StreamingContext failing = StreamingContext.builder("inputs-test")
                .batchInterval(Duration.ofMillis(30))
                .checkpoint(checkpoint)
                .build();
        failing.receive(queue.source()).foreachBatch("out", batch -> {
            throw new IllegalStateException("killed");
        });
        failing.start();
        assertThatThrownBy(() -> failing.awaitTermination(Programs.DEADLINE)).hasMessageContaining("killed");

        QueueInput<String> empty = QueueInput.of("queue", Codecs.STRING);
        try (StreamingContext context = new Programs<String>(checkpoint).start(empty.source())) {
            assertThatThrownBy(() -> context.awaitTermination(Programs.DEADLINE))
                    .hasMessageContaining("queue 'queue' holds 0 records, and the batch reads up to 2");
        }
    }

    @Test
    void aReceiverThatIsBlockedWhereNoInterruptReachesItDoesNotHoldTheStop() throws Exception {
        for (boolean closes : new boolean[] {true, false}) {
            CountDownLatch ended = new CountDownLatch(1);
            CountDownLatch reading = new CountDownLatch(1);
            try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    StreamingContext context = new Programs<String>(checkpoint)
                            .start(CustomInput.of("socket", Codecs.STRING, store -> {
                                try (Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
                                    if (closes) {
                                        store.onStop(socket);
                                    }
                                    reading.countDown();
                                    assertThat(socket.getInputStream().read()).isEqualTo(-1);
                                } finally {
                                    ended.countDown();
                                }
                            }))) {
                reading.await();
                long begun = System.nanoTime();
                assertThat(context.stopGracefully(Duration.ofSeconds(20))).isTrue();
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
                assertThat(ended.getCount()).isEqualTo(closes ? 0 : 1);
            }
        }
    }

    @Test
    void whatIsGivenToAReceiverThatIsStoppedAlreadyIsClosedAtOnce() {
        OpenResources open = new OpenResources();
        List<String> closed = new ArrayList<>();
        open.add(() -> closed.add("before"));
        open.add(() -> {
            throw new IOException("closed already");
        });
        open.close();
        open.add(() -> closed.add("after"));
        assertThat(closed).containsExactly("before", "after");
    }

    @Test
    void aConstantIsInEveryBatch() {
        Programs<String> program = new Programs<>(checkpoint);
        try (StreamingContext context = program.start(ConstantInput.of("always", Codecs.STRING, List.of("x", "y")))) {
            await().atMost(Programs.DEADLINE).until(() -> program.batches.size() >= 4);
            context.stopGracefully(Programs.DEADLINE);
        }
        try (StreamingContext context = program.start(ConstantInput.of("always", Codecs.STRING, List.of("x", "y")))) {
            program.awaitElements(12);
            context.stopGracefully(Programs.DEADLINE);
        }
        assertThat(program.batches.values()).allMatch(List.of("x", "y")::equals);
    }

    @Test
    void aConstantOfNothingIsNothing() {
        Programs<String> program = new Programs<>(checkpoint);
        try (StreamingContext context = program.start(ConstantInput.of("never", Codecs.STRING, List.of()))) {
            await().atMost(Programs.DEADLINE).until(() -> program.batches.size() >= 2);
            context.stopGracefully(Programs.DEADLINE);
        }
        assertThat(program.elements()).isEmpty();
    }

    @Test
    void aLoopOfTheProgramIsAReceiver() {
        Programs<Long> program = new Programs<>(checkpoint);
        CustomInput.Body<Long> counting = store -> {
            while (store.stored() < 5_000) {
                store.store(store.stored());
            }
            Thread.currentThread().join(); // has no more, and waits until it is interrupted
        };
        StreamingContext killed = program.start(CustomInput.of("numbers", Codecs.LONG, counting));
        program.awaitElements(1);
        killed.stop();
        try (StreamingContext context = program.start(CustomInput.of("numbers", Codecs.LONG, counting))) {
            program.awaitElements(5_000);
            assertThat(context.stopGracefully(Programs.DEADLINE)).isTrue();
        }
        assertThat(program.elements().stream().sorted())
                .containsExactlyElementsOf(LongStream.range(0, 5_000).boxed().toList());
    }

    @Test
    void aLoopThatThrowsOrEndsIsRunAgain() {
        Programs<String> program = new Programs<>(checkpoint);
        AtomicInteger runs = new AtomicInteger();
        try (StreamingContext context = program.start(CustomInput.of("flaky", Codecs.STRING, store -> {
            int run = runs.incrementAndGet();
            store.store("run " + run);
            if (run == 1) {
                throw new IllegalStateException("a bad day");
            } else if (run > 2) {
                Thread.currentThread().join();
            }
        }))) {
            program.awaitElements(3);
            context.stopGracefully(Programs.DEADLINE);
        }
        assertThat(program.elements()).containsExactly("run 1", "run 2", "run 3");
    }

    @Test
    void aReceiverOfTheSpiCanBeMadeInCode() {
        Programs<byte[]> program = new Programs<>(checkpoint);
        try (StreamingContext context = program.start(CustomInput.receiver(
                "own",
                ReceiverProvider.Guarantee.NONE,
                plugin -> new LoopReceiver(plugin, sink -> {
                    sink.store(new byte[] {1, 2});
                    Thread.currentThread().join();
                })))) {
            program.awaitElements(1);
            context.stopGracefully(Programs.DEADLINE);
        }
        assertThat(program.elements()).singleElement().isEqualTo(new byte[] {1, 2});
    }

    @Test
    void theEndOfALoopIsALineOfTheLogAndNoStackTrace() {
        CountDownLatch twice = new CountDownLatch(2);
        CustomInput.Body<String> ending = store -> {
            store.store("a");
            twice.countDown();
        };
        Programs<String> program = new Programs<>(checkpoint);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(said, true, UTF_8));
        try (StreamingContext context = program.start(CustomInput.of("ending", Codecs.STRING, ending))) {
            await().until(() -> twice.getCount() == 0);
            context.stopGracefully(Programs.DEADLINE);
        } finally {
            System.setErr(before);
        }
        assertThat(said.toString(UTF_8))
                .contains("the end of the input was reached")
                .doesNotContain("\tat ");
    }
}
