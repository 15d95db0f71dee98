// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.invariant;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.ContextState;
import io.millrace.api.DStream;
import io.millrace.api.MillraceException;
import io.millrace.api.OutputPolicy;
import io.millrace.api.StreamingContext;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingEvent.ReceiverError;
import io.millrace.api.listener.StreamingEvent.RecordsSkipped;
import io.millrace.api.listener.StreamingListener;
import io.millrace.core.engine.Topic;
import io.millrace.core.wal.local.SimDiskProvider;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Invariant 8: one bad plugin, listener, record or output never takes the rest down; and what the program cannot go on
 * without ends it with a clear error, never in silence.
 */
@Timeout(300)
class OneBadPartTest {
    private static final int RECORDS = 200;
    private static final String TOPIC = "one-bad-part";

    private final SimDiskProvider disk = new SimDiskProvider(1, 64 << 10);
    private final Topic topic = Topic.create(TOPIC, 1);
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final Queue<StreamingEvent> events = new ConcurrentLinkedQueue<>();
    private final StreamingContext context = StreamingContext.builder(TOPIC)
            .batchInterval(Duration.ofMillis(10))
            .checkpoint(URI.create("simulated:///sim"))
            .provider(disk)
            .set("block.interval", "5ms")
            .set("records.on-error", "skip")
            .listener(new StreamingListener() {
                @Override
                public void onEvent(StreamingEvent event) {
                    events.add(event);
                }
            })
            .build();

    @AfterEach
    void close() {
        context.close();
    }

    @Test
    void aListenerAnOutputAndARecordThatFailHarmNobodyElse() {
        context.addListener(new StreamingListener() {
            @Override
            public void onEvent(StreamingEvent event) {
                throw new AssertionError("a listener that fails on everything");
            }
        });
        DStream<String> lines = lines("topic-receiver").map(line -> {
            if (line.equals("line 7")) {
                throw new IllegalStateException("a record that nobody can read");
            }
            return line;
        });
        lines.foreachBatch("bad", OutputPolicy.skip(), batch -> {
            throw new AssertionError("an output that fails on everything");
        });
        collect(lines);
        context.start();
        add(RECORDS);
        awaitSeen(RECORDS - 1);
        assertThat(context.stopGracefully(Duration.ofMinutes(1))).isTrue();
        assertThat(seen).doesNotHaveDuplicates().doesNotContain("line 7");
        assertThat(events).hasAtLeastOneElementOfType(RecordsSkipped.class);
    }

    @Test
    void aReceiverWhoseThreadDiesIsReplacedAndNothingIsLostOrCountedTwice() {
        topic.dieAt(50);
        collect(lines("topic-receiver"));
        context.start();
        add(RECORDS);
        awaitSeen(RECORDS);
        assertThat(context.stopGracefully(Duration.ofMinutes(1))).isTrue();
        assertThat(seen).doesNotHaveDuplicates().hasSize(RECORDS);
        assertThat(events)
                .filteredOn(ReceiverError.class::isInstance)
                .anyMatch(event -> event.toString().contains("a thread of it died"));
    }

    @Test
    void anErrorOfTheDiskEndsTheProgramAndNothingMoreIsAcknowledged() {
        collect(lines("topic-receiver"));
        context.start();
        add(RECORDS / 2);
        awaitSeen(RECORDS / 2);
        disk.throwFromForces(new AssertionError("a sync that throws what it should not"));
        add(RECORDS);
        awaitStopped();
        assertThatThrownBy(context::awaitTermination)
                .isInstanceOf(MillraceException.class)
                .hasStackTraceContaining("a sync that throws what it should not");
        assertThat(topic.acknowledged.getOrDefault(TOPIC + "-0", 0L)).isLessThanOrEqualTo(RECORDS / 2);
    }

    @Test
    void anErrorOfTheDiskEndsAProgramThatOnlyPlans() {
        collect(lines("topic-direct"));
        context.start();
        add(10);
        awaitSeen(10);
        disk.throwFromForces(new LinkageError("a class of the disk is gone"));
        awaitStopped();
        assertThatThrownBy(context::awaitTermination).hasStackTraceContaining("a class of the disk is gone");
    }

    private void awaitSeen(int records) {
        await().atMost(2, TimeUnit.MINUTES).until(() -> seen.size() == records);
    }

    private void awaitStopped() {
        await().atMost(2, TimeUnit.MINUTES).until(() -> context.state() == ContextState.STOPPED);
    }

    private DStream<String> lines(String provider) {
        return context.receive("lines", provider, Map.of("topic", TOPIC))
                .map(record -> requireNonNull(record.valueUtf8()));
    }

    private void collect(DStream<String> lines) {
        lines.foreachBatch("good", batch -> batch.forEach(seen::add));
    }

    private void add(int until) {
        for (long next = topic.end(0); next < until; next++) {
            topic.add(0, "line " + next);
        }
    }
}
