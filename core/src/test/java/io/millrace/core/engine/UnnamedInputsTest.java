// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.StreamingContext;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What an input is called on disk does not hang on the order of lines. */
class UnnamedInputsTest {
    private static final Map<String, String> ONE = Map.of("topic", "unnamed-one");
    private static final Map<String, String> TWO = Map.of("topic", "unnamed-two");

    private static StreamingContext context() {
        return StreamingContext.builder("unnamed")
                .batchInterval(Duration.ofMillis(20))
                .build();
    }

    @Test
    void twoInputsOfOneProviderWithoutNamesAreRefusedWithBothLines() {
        try (StreamingContext context = context()) {
            context.receive("topic-direct", ONE);
            refused(
                    () -> context.receive("topic-direct", TWO),
                    "the inputs at UnnamedInputsTest.java:29 and UnnamedInputsTest.java:31 are both called 'topic-direct'",
                    "(\"topic-direct-2\")");
        }
    }

    @Test
    void oneWithoutANameIsNotNumberedBesideOneThatHasItsProvidersName() {
        try (StreamingContext context = context()) {
            context.receive("topic-direct", "topic-direct", ONE);
            refused(
                    () -> context.receive("topic-direct", TWO),
                    "UnnamedInputsTest.java:40",
                    "UnnamedInputsTest.java:42");
        }
        try (StreamingContext context = context()) {
            context.receive("topic-direct", TWO);
            refused(
                    () -> context.receive("topic-direct", "topic-direct", ONE),
                    "UnnamedInputsTest.java:47",
                    "UnnamedInputsTest.java:49");
        }
    }

    @Test
    void oneOfEachProviderNeedsNoName() {
        try (StreamingContext context = context()) {
            context.receive("topic-direct", ONE);
            context.receive("topic-receiver", TWO);
            context.receive("named", "topic-direct", TWO);
        }
    }

    private static void refused(ThrowingCallable declaration, String... says) {
        assertThatThrownBy(declaration)
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USER_CONFIG))
                .hasMessageContainingAll(says);
    }
}
