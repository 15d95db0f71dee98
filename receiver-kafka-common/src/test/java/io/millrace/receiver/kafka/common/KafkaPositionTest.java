// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.source.Position;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaPositionTest {
    private static final String TOPIC_ID = Uuid.randomUuid().toString();

    @Test
    void R72_topic_id_and_leader_epoch_are_written_down() {
        Position position = KafkaPosition.of(42, TOPIC_ID, Optional.of(7));

        assertThat(position).isEqualTo(new Position(42, "1:" + TOPIC_ID + "@7"));
        assertThat(KafkaPosition.topicId(position)).isEqualTo(TOPIC_ID);
        assertThat(KafkaPosition.leaderEpoch(position)).hasValue(7);
    }

    @Test
    void either_may_be_missing() {
        assertThat(KafkaPosition.of(42, "", Optional.empty())).isEqualTo(Position.of(42));
        assertThat(KafkaPosition.topicId(KafkaPosition.of(42, TOPIC_ID, Optional.empty())))
                .isEqualTo(TOPIC_ID);
        assertThat(KafkaPosition.leaderEpoch(KafkaPosition.of(42, TOPIC_ID, Optional.empty())))
                .isEmpty();
        assertThat(KafkaPosition.leaderEpoch(KafkaPosition.of(42, "", Optional.of(3))))
                .hasValue(3);
        assertThat(KafkaPosition.topicId(KafkaPosition.of(42, "", Optional.of(3))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2:something newer", "nonsense"})
    void R72_what_it_does_not_know_says_nothing(String detail) {
        Position position = new Position(42, detail);

        assertThat(KafkaPosition.topicId(position)).isEmpty();
        assertThat(KafkaPosition.leaderEpoch(position)).isEmpty();
        assertThat(KafkaPosition.ofAnotherTopic(position, TOPIC_ID)).isFalse();
    }

    @Test
    void a_topic_made_anew_is_another_one() {
        Position position = KafkaPosition.of(42, TOPIC_ID, Optional.of(7));

        assertThat(KafkaPosition.ofAnotherTopic(position, TOPIC_ID)).isFalse();
        assertThat(KafkaPosition.ofAnotherTopic(position, Uuid.randomUuid().toString()))
                .isTrue();
        assertThat(KafkaPosition.ofAnotherTopic(position, "")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1:", "1:the-id", "1:the-id@7", "1:@7"})
    void what_a_program_commits_is_its_own_and_read_back_as_the_position(String detail) {
        Position position = new Position(42, detail);
        OffsetAndMetadata commit = KafkaPosition.commit(position, "word count");
        Position again = new Position(commit.offset(), commit.metadata());

        assertThat(again.number()).isEqualTo(42);
        assertThat(KafkaPosition.topicId(again)).isEqualTo(KafkaPosition.topicId(position));
        assertThat(KafkaPosition.leaderEpoch(again)).isEqualTo(KafkaPosition.leaderEpoch(position));
        assertThat(commit.leaderEpoch()).isEqualTo(KafkaPosition.leaderEpoch(position));
        assertThat(KafkaPosition.isOf("word count", commit)).isTrue();
        assertThat(KafkaPosition.isOf("word", commit)).isFalse();
        assertThat(KafkaPosition.isOf("count", commit)).isFalse();
        assertThat(KafkaPosition.isOf("", commit)).isFalse();
    }

    @Test
    void the_format_of_a_commit_stays() {
        assertThat(KafkaPosition.commit(new Position(42, "1:the-id@7"), "word-count"))
                .isEqualTo(new OffsetAndMetadata(42, Optional.of(7), "1:the-id@7 word-count"));
        assertThat(KafkaPosition.commit(Position.of(42), "word-count"))
                .isEqualTo(new OffsetAndMetadata(42, Optional.empty(), "1:@ word-count"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1:the-id@7", "1:@7", "1:"})
    void a_commit_of_a_version_that_wrote_no_program_is_of_every_program(String metadata) {
        assertThat(KafkaPosition.isOf("word-count", new OffsetAndMetadata(42, metadata)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "word-count", " word-count", "2:the-id@7 word-count", "host-3 word-count"})
    void what_another_client_committed_is_of_no_program(String metadata) {
        assertThat(KafkaPosition.isOf("word-count", new OffsetAndMetadata(42, metadata)))
                .isFalse();
    }

    @Test
    void partitions_are_named_as_kafka_names_them() {
        assertThat(KafkaPosition.partition("web-lines-12")).isEqualTo(new TopicPartition("web-lines", 12));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lines", "-1", "lines-", "lines-x", ""})
    void other_names_are_refused(String name) {
        assertThatThrownBy(() -> KafkaPosition.partition(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + name + "' is not a topic's name, a dash and a number");
    }
}
