// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.source.Position;
import java.util.Optional;
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
