// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.plugin.Causes;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class CausesTest {
    @Test
    void areGivenFromTheOutermostOn() {
        IOException in = new IOException("in");
        IllegalStateException middle = new IllegalStateException("middle", in);
        RuntimeException out = new RuntimeException("out", middle);
        assertThat(Causes.of(out)).containsExactly(out, middle, in);
        assertThat(Causes.deepest(out)).isSameAs(in);
        assertThat(Causes.first(out, IOException.class)).contains(in);
        assertThat(Causes.first(out, IllegalArgumentException.class)).isEmpty();
        assertThat(Causes.deepest(in)).isSameAs(in);
    }

    @Test
    void thatGoRoundInACircleEnd() {
        RuntimeException a = new RuntimeException("a");
        RuntimeException b = new RuntimeException("b", a);
        a.initCause(b);
        assertThat(Causes.of(a)).hasSize(64).startsWith(a, b, a);
        assertThat(Causes.first(a, IOException.class)).isEmpty();
    }

    @Test
    void thatThrowWhenTheyAreAskedForAreNone() {
        RuntimeException hostile = new RuntimeException("hostile") {
            private static final long serialVersionUID = 1L;

            @Override
            public synchronized Throwable getCause() {
                throw new IllegalStateException("do not ask");
            }
        };
        assertThat(Causes.of(hostile)).isEqualTo(List.of(hostile));
    }
}
