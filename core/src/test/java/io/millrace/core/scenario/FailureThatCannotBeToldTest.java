// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.ContextState;
import io.millrace.api.DStream;
import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.core.failure.Unspeakable;
import java.net.URI;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A program is stopped by what it cannot go on after, whether that can be told or not. */
@Timeout(60)
class FailureThatCannotBeToldTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    /** Where user code throws. */
    enum Where {
        MAP,
        OUTPUT,
        STATE
    }

    private static Stream<Arguments> everywhere() {
        return Stream.of(Where.values())
                .flatMap(where -> Stream.of(
                        Arguments.of(where, new Unspeakable()),
                        Arguments.of(where, new IllegalStateException("why", new Unspeakable())),
                        Arguments.of(where, new IllegalStateException("x".repeat(50_000_000))),
                        Arguments.of(where, circle())));
    }

    private static RuntimeException circle() {
        RuntimeException first = new IllegalStateException("first");
        first.initCause(new IllegalStateException("second", first));
        return first;
    }

    @ParameterizedTest(name = "in {0}")
    @MethodSource("everywhere")
    void theProgramStopsAndSaysSo(Where where, RuntimeException thrown) throws Exception {
        Numbers numbers = Numbers.every(Duration.ofMillis(1));
        try (StreamingContext context = StreamingContext.builder("unspeakable")
                .batchInterval(Duration.ofMillis(20))
                .set("block.interval", "5ms")
                .set("scheduler.task.max-failures", "2")
                .set("scheduler.task.retry-backoff", "1ms")
                .checkpoint(URI.create("mem:/"))
                .build()) {
            DStream<Long> stream = context.receive(numbers.source());
            switch (where) {
                case MAP ->
                    stream.map(number -> {
                                if (number >= 0) {
                                    throw thrown;
                                }
                                return number;
                            })
                            .foreachBatch("none", batch -> {});
                case OUTPUT ->
                    stream.foreachBatch("throws", batch -> {
                        throw thrown;
                    });
                case STATE ->
                    stream.mapToPair(number -> Pair.of(number, number))
                            .runningReduce("state", Codecs.LONG, Codecs.LONG, (a, b) -> {
                                throw thrown;
                            })
                            .mapToPair(pair -> {
                                throw thrown;
                            })
                            .foreachBatch("none", batch -> {});
            }
            context.start();
            assertThatThrownBy(() -> context.awaitTermination(SOON)).isInstanceOf(MillraceException.class);
            assertThat(context.state()).isEqualTo(ContextState.STOPPED);
        }
    }
}
