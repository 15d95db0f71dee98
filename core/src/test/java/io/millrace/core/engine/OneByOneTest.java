// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.MillraceException;
import io.millrace.api.RecordStream;
import io.millrace.api.SliceLongDStream;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingListener;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.scheduler.Job;
import io.millrace.spi.scheduler.Scheduler;
import io.millrace.spi.scheduler.SchedulerCapabilities;
import io.millrace.spi.scheduler.SchedulerProvider;
import io.millrace.testkit.ManualClock;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code batch.jobs = one-by-one} from batch to batch, and where it cannot be had. */
@Timeout(60)
class OneByOneTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final ManualClock clock = new ManualClock(Instant.parse("2000-01-01T00:00:00Z"));
    private final List<StreamingEvent> events = Collections.synchronizedList(new ArrayList<>());

    private StreamingContextBuilder builder(String name) {
        return StreamingContext.builder("one-by-one")
                .batchInterval(INTERVAL)
                .checkpoint(URI.create("mem:" + name))
                .clock(clock)
                .set("batch.jobs", "one-by-one")
                .listener(new StreamingListener() {
                    @Override
                    public void onEvent(StreamingEvent event) {
                        events.add(event);
                    }
                });
    }

    private StreamingContext start(String name, Consumer<RecordStream> program) {
        StreamingContext context = builder(name).build();
        program.accept(context.receive("topic-direct", Map.of("topic", name)));
        context.start();
        return context;
    }

    private List<BatchCommitted> committed() {
        return List.copyOf(events).stream()
                .filter(BatchCommitted.class::isInstance)
                .map(BatchCommitted.class::cast)
                .toList();
    }

    @Test
    void aBatchSeesWhatTheOutputsOfTheOneBeforeDidHoweverSlowTheyAre() throws InterruptedException {
        Topic topic = Topic.create("one-slow", 1);
        Set<String> model = ConcurrentHashMap.newKeySet();
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch inOutput = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (StreamingContext context = start("one-slow", records -> {
            var elements = records.map(view -> view.valueUtf8());
            elements.map(element -> element + model).foreachBatch("seen", batch -> seen.addAll(batch.collect()));
            elements.foreachBatch("learn", batch -> {
                inOutput.countDown();
                assertThat(go.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
                model.addAll(batch.collect());
            });
        })) {
            topic.add(0, "a");
            clock.advance(INTERVAL);
            assertThat(inOutput.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            topic.add(0, "b");
            clock.advance(INTERVAL); // planned, and computed unless it waits
            await().atMost(SOON)
                    .until(() -> List.copyOf(events).stream()
                            .anyMatch(event -> event instanceof StreamingEvent.BatchPlanned planned
                                    && planned.batchTime().equals(Instant.parse("2000-01-01T00:00:02Z"))));
            go.countDown();
            await().atMost(SOON).until(() -> committed().size() == 2);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(seen).containsExactly("a[]", "b[a]");
        assertThat(committed()).extracting(BatchCommitted::records).containsExactly(1L, 1L);
    }

    @Test
    void recordsAreReadByEachJobThatNeedsThemAndCountOnce() {
        Topic topic = Topic.create("one-records", 2);
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        try (StreamingContext context = start("one-records", records -> {
            records.map(view -> view.valueUtf8()).foreachBatch("first", batch -> seen.addAll(batch.collect()));
            records.map(view -> view.valueUtf8() + seen).foreachBatch("second", batch -> seen.addAll(batch.collect()));
        })) {
            topic.add(0, "a");
            clock.advance(INTERVAL);
            await().atMost(SOON).until(() -> committed().size() == 1);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(seen).containsExactly("a", "a[a]");
        assertThat(committed()).extracting(BatchCommitted::records).containsExactly(1L);
    }

    @Test
    void streamsOfByteStringsAreHeldForLaterJobsToo() {
        Topic topic = Topic.create("one-slices", 1);
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        try (StreamingContext context = start("one-slices", records -> {
            SliceLongDStream slices = records.flatMapToSliceLong((view, out) -> {
                byte[] value = view.valueUtf8().getBytes(StandardCharsets.UTF_8);
                out.emit(value, 0, value.length, 2);
            });
            slices.map((key, value) -> key.utf8() + value).foreachBatch("first", batch -> seen.addAll(batch.collect()));
            SliceLongDStream sums = slices.reduceByKey(Long::sum);
            sums.map((key, value) -> "=" + value).foreachBatch("second", batch -> seen.addAll(batch.collect()));
            sums.runningReduce("totals", Long::sum)
                    .map((key, value) -> "+" + value)
                    .foreachBatch("third", batch -> seen.addAll(batch.collect()));
        })) {
            for (int batch = 1; batch <= 2; batch++) {
                int all = batch;
                topic.add(0, "a");
                topic.add(0, "a");
                clock.advance(INTERVAL);
                await().atMost(SOON).until(() -> committed().size() == all);
            }
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
        assertThat(seen).containsExactly("a2", "a2", "=4", "+4", "a2", "a2", "=4", "+8");
    }

    @Test
    void aSchedulerWhoseTasksRunElsewhereIsRefused() {
        Topic.create("one-apart", 1);
        try (StreamingContext context = builder("one-apart")
                .provider(new Apart())
                .set("scheduler", "apart")
                .build()) {
            context.receive("topic-direct", Map.of("topic", "one-apart"))
                    .map(view -> view.valueUtf8())
                    .print();
            assertThatThrownBy(context::start)
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("batch.jobs = one-by-one")
                    .hasMessageContaining("scheduler 'apart'")
                    .hasMessageContaining("keep what they look up in a state, and join it");
        }
    }

    /** A scheduler whose tasks would run in other processes. */
    private static final class Apart implements SchedulerProvider {
        @Override
        public String name() {
            return "apart";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of();
        }

        @Override
        public Scheduler create(PluginContext context) {
            return new Scheduler() {
                @Override
                public SchedulerCapabilities capabilities() {
                    return new SchedulerCapabilities(2, false);
                }

                @Override
                public JobHandle submit(Job job, JobListener listener) {
                    throw new UnsupportedOperationException("it is refused before it gets a job");
                }

                @Override
                public void close() {}
            };
        }
    }
}
