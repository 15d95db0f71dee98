// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.core.ledger.Fact;
import io.millrace.core.listener.ListenerBus;
import io.millrace.testkit.ManualClock;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a source lost is one line of the log, whatever its partitions are called. */
class GapsTest {
    @Test
    void theNameOfAPartitionCannotPassForAnotherLineOfTheLog() {
        ManualClock clock = new ManualClock(Instant.EPOCH);
        OffsetRange lost = new OffsetRange("a\nFORGED\u001b[2J", Position.of(0), Position.of(5), 5);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(said, true, UTF_8));
        try {
            Gaps.report(new Fact.Gap("files", null, List.of(lost), List.of(), 0), clock, new ListenerBus(10, clock));
        } finally {
            System.setErr(before);
        }
        assertThat(said.toString(UTF_8)).contains("a FORGED\\u001b[2J").doesNotContain("\nFORGED", "\u001b");
    }
}
