// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.testing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.MillraceException;
import io.millrace.api.StreamingContext;
import io.millrace.servers.KafkaServer;
import io.millrace.servers.junit.RealKafka;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What offsets of the group say to a program whose ledger knows nothing: by whom they were committed. The tests of each
 * receiver extend it.
 */
@ExtendWith(RealKafka.class)
@Timeout(120)
public abstract class GroupStartContract {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final URI MEMORY = URI.create("mem:/");

    @TempDir
    private Path directory;

    private final String receiver;
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    /**
     * Tests one receiver.
     *
     * @param receiver the name of its provider
     */
    protected GroupStartContract(String receiver) {
        this.receiver = receiver;
    }

    @Test
    void withoutADurableCheckpointItBeginsByItsSettingEachTime(KafkaServer kafka) throws InterruptedException {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.send(0, "one");
        assertThat(run(MEMORY, topic.settings("group.id", topic.name()), 1)).containsExactly("one");
        assertThat(topic.committed(topic.name())).isEqualTo(Map.of(0, 1L));
        topic.send(0, "two");

        assertThat(run(MEMORY, topic.settings("group.id", topic.name()), 2)).containsExactly("one", "two");
        assertThat(run(
                        MEMORY,
                        topic.settings("group.id", topic.name(), "start.positions", topic.partition(0) + ":1"),
                        1))
                .containsExactly("two");
    }

    @Test
    void byGroupAProgramWithoutADurableCheckpointGoesOn(KafkaServer kafka) throws InterruptedException {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.send(0, "one");
        run(MEMORY, topic.settings("group.id", topic.name()), 1);
        topic.send(0, "two");

        assertThat(run(MEMORY, topic.settings("group.id", topic.name(), "start", "group"), 1))
                .containsExactly("two");
    }

    @Test
    void byGroupItGoesOnFromWhatOthersCommitted(KafkaServer kafka) throws InterruptedException {
        TestTopic topic = TestTopic.create(kafka, 2);
        topic.send(0, "one", "two");
        topic.send(1, "before"); // of a partition that the group has not read: latest
        topic.commit(topic.name(), 0, 1, "");
        Map<String, String> settings = topic.settings("group.id", topic.name(), "start", "group");

        assertThat(run(directory.toUri(), settings, 1)).containsExactly("two");
        topic.send(0, "three");
        assertThat(run(directory.toUri(), settings, 1)).containsExactly("three");
    }

    @Test
    void whatOthersCommittedIsNoLostState(KafkaServer kafka) throws InterruptedException {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.send(0, "one", "two");
        topic.commit(topic.name(), 0, 1, "");
        Map<String, String> settings = topic.settings("group.id", topic.name());

        assertThat(run(directory.toUri(), settings, 2)).containsExactly("one", "two");
        topic.commit(topic.name(), 0, 1_000, "1:@5 another"); // it reads what this program has not seen yet
        topic.send(0, "three");
        assertThat(run(directory.toUri(), settings, 1)).containsExactly("three");
    }

    @Test
    void whatTheProgramCommittedItselfIs(KafkaServer kafka) throws InterruptedException {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.send(0, "one");
        run(directory.resolve("right").toUri(), topic.settings("group.id", topic.name()), 1);

        for (String start : List.of("group", "latest")) {
            assertThatThrownBy(() -> run(
                            directory.resolve("wrong").toUri(),
                            topic.settings("group.id", topic.name(), "start", start),
                            1))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("knows nothing of input 'lines'");
        }
    }

    @Test
    void anOffsetOfTheGroupThatKafkaDoesNotHaveIsRefused(KafkaServer kafka) {
        TestTopic topic = TestTopic.create(kafka, 1);
        topic.send(0, "one", "two", "three");
        topic.commit(topic.name(), 0, 1, "");
        topic.deleteBefore(0, 2);

        assertThatThrownBy(() -> {
                    try (StreamingContext context =
                            program(directory.toUri(), topic.settings("group.id", topic.name(), "start", "group"))) {
                        context.start();
                        context.awaitTermination(PATIENCE);
                    }
                })
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining(
                        "setting 'start' = group wants " + topic.partition(0) + " read from 1, which the group '"
                                + topic.name() + "' has committed, but it has offsets 2 to 3");
    }

    private List<String> run(URI checkpoint, Map<String, String> settings, int records) throws InterruptedException {
        seen.clear();
        List<String> all = new ArrayList<>();
        try (StreamingContext context = program(checkpoint, settings)) {
            context.start();
            while (all.size() < records) {
                String next = seen.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(next).as("what follows %s", all).isNotNull();
                all.add(next);
            }
            assertThat(context.stopGracefully(PATIENCE)).isTrue();
        }
        seen.drainTo(all);
        return all;
    }

    private StreamingContext program(URI checkpoint, Map<String, String> settings) {
        StreamingContext context = StreamingContext.builder("group-start")
                .batchInterval(Duration.ofMillis(50))
                .checkpoint(checkpoint)
                .build();
        context.receive("lines", receiver, settings)
                .map(record -> requireNonNull(record.valueUtf8()))
                .foreachBatch("lines", batch -> batch.forEach(seen::add));
        return context;
    }
}
