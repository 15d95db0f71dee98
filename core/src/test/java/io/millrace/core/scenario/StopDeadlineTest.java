// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.api.ContextState;
import io.millrace.api.DStream;
import io.millrace.api.StreamingContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A stop takes as long as it was told to, whoever asks for it and whatever is stuck. */
@Timeout(120)
class StopDeadlineTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    /** Where the program's code runs. */
    enum Where {
        MAP,
        OUTPUT
    }

    /** What the program's code does. */
    interface Body {
        void run();
    }

    private StreamingContext context(Where where, Body body) {
        StreamingContext context = StreamingContext.builder("deadline")
                .batchInterval(Duration.ofMillis(20))
                .set("block.interval", "5ms")
                .checkpoint(directory)
                .build();
        DStream<Long> numbers =
                context.receive(Numbers.every(Duration.ofMillis(1)).source());
        switch (where) {
            case MAP ->
                numbers.map(number -> {
                            body.run();
                            return number;
                        })
                        .foreachBatch("none", batch -> {});
            case OUTPUT -> numbers.foreachBatch("calls", batch -> body.run());
        }
        return context;
    }

    @ParameterizedTest
    @EnumSource(Where.class)
    void calledByTheProgramsCodeItReturnsAtOnceAndGoesOn(Where where) throws Exception {
        AtomicReference<StreamingContext> own = new AtomicReference<>();
        AtomicReference<Boolean> answer = new AtomicReference<>();
        AtomicReference<Duration> took = new AtomicReference<>();
        try (StreamingContext context = context(where, () -> {
            if (answer.get() == null) {
                long begun = System.nanoTime();
                answer.set(own.get().stopGracefully(SOON));
                took.set(Duration.ofNanos(System.nanoTime() - begun));
            }
        })) {
            own.set(context);
            context.start();
            assertThat(context.awaitTermination(Duration.ofSeconds(20))).isTrue();
        }
        assertThat(answer.get()).isTrue();
        assertThat(took.get()).isLessThan(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @EnumSource(Where.class)
    void aStuckFunctionDoesNotMakeItLonger(Where where) throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        try (StreamingContext context = context(where, () -> {
            called.countDown();
            while (never.getCount() > 0) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    // as functions do that are stuck
                }
            }
        })) {
            context.start();
            called.await();
            long begun = System.nanoTime();
            assertThat(context.stopGracefully(Duration.ofSeconds(1))).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofSeconds(1), Duration.ofMillis(2200));
            await().atMost(SOON).until(() -> context.state() == ContextState.STOPPED);
        } finally {
            never.countDown();
        }
    }
}
