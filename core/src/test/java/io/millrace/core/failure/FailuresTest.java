// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FailuresTest {
    @Test
    void whatCanBeShownIsShownAsItIs() {
        IllegalStateException usual = new IllegalStateException("this and that", new RuntimeException("why"));
        assertThat(Failures.text(usual)).isEqualTo(usual.toString());
        assertThat(Failures.message(usual)).isEqualTo("this and that");
        assertThat(Failures.printable(usual)).isSameAs(usual);
    }

    @Test
    void anExceptionThatThrowsWhenAskedIsNamed() {
        assertThat(Failures.text(new Unspeakable())).contains(Unspeakable.class.getName());
        assertThat(Failures.message(new Unspeakable())).contains(Unspeakable.class.getName());
        assertLogged(new Unspeakable());
        assertLogged(new IllegalStateException("outside", new Unspeakable()));
    }

    @Test
    void aLongMessageIsCut() {
        RuntimeException talkative = new IllegalStateException("x".repeat(50_000_000));
        assertThat(Failures.text(talkative)).hasSizeLessThan(2 * Failures.SHOWN);
        assertThat(Failures.printable(talkative).toString()).hasSizeLessThan(2 * Failures.SHOWN);
    }

    @Test
    void causesThatGoRoundInACircleEnd() {
        RuntimeException first = new IllegalStateException("first");
        first.initCause(new IllegalStateException("second", first));
        assertThat(Failures.printable(first)).isNotSameAs(first).hasMessageContaining("first");
        assertLogged(first);
    }

    private static void assertLogged(Throwable thrown) {
        assertThatCode(() -> {
                    Failures.error(
                            LoggerFactory.getLogger(FailuresTest.class), "in the middle: {}, at last", thrown, thrown);
                    Failures.warn(LoggerFactory.getLogger(FailuresTest.class), "failed", thrown);
                })
                .doesNotThrowAnyException();
    }
}
