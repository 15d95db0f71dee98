// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.plugin.Closing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosingTest {
    private final IOException full = new IOException("full");

    @Test
    void anExceptionThatClosingThrowsAgainComesOutAsItIs() {
        assertThatThrownBy(() -> Closing.after(() -> fail(full), () -> fail(full)))
                .isSameAs(full)
                .hasNoSuppressedExceptions();
    }

    @Test
    void anotherOneOfClosingIsSuppressed() {
        IOException gone = new IOException("gone");

        assertThatThrownBy(() -> Closing.after(() -> fail(full), () -> fail(gone)))
                .isSameAs(full)
                .hasSuppressedException(gone);
    }

    @Test
    void whatClosingThrowsAloneIsThrown() {
        assertThatThrownBy(() -> Closing.after(() -> "done", () -> fail(full))).isSameAs(full);
    }

    @Test
    void theResultComesAfterClosing() {
        List<String> done = new ArrayList<>();

        boolean used = Closing.after(() -> done.add("used"), () -> done.add("closed"));

        assertThat(used).isTrue();
        assertThat(done).containsExactly("used", "closed");
    }

    private static String fail(IOException with) throws IOException {
        throw with;
    }
}
