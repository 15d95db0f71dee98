// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.time.Instant;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaSettingsTest {
    @Test
    void defaults() {
        KafkaSettings settings = TestProvider.settings();

        assertThat(settings.start()).isEqualTo(new StartAt.Latest());
        assertThat(settings.groupId()).isEqualTo("test.in");
        assertThat(settings.discoveryInterval()).hasSeconds(30);
    }

    @Test
    void kafkas_own_settings_pass_through_verbatim() {
        KafkaSettings settings =
                TestProvider.settings("kafka.isolation.level", "read_committed", "kafka.fetch.min.bytes", "7");

        assertThat(settings.passThrough())
                .isEqualTo(Map.of("isolation.level", "read_committed", "fetch.min.bytes", "7"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bootstrap.servers",
                "group.id",
                "enable.auto.commit",
                "auto.commit.interval.ms",
                "auto.offset.reset",
                "key.deserializer",
                "value.deserializer",
                "allow.auto.create.topics",
                "group.protocol",
                "group.remote.assignor",
                "group.instance.id",
                "partition.assignment.strategy"
            })
    void R76_settings_that_are_ours_are_refused_by_name_and_reason(String key) {
        refused("kafka." + key, "x").hasMessageMatching(".*'kafka\\." + key + "' is not yours to set: \\w.*");
    }

    @Test
    void something_must_say_what_to_read() {
        assertThatThrownBy(() -> TestProvider.settings(Map.of("bootstrap.servers", "localhost:9092")))
                .hasMessage("stream 'in': nothing says what to read; set 'topics' (lines,orders) or 'topics.pattern'"
                        + " (web-.*)");
    }

    @Test
    void topics_are_named_or_matched_but_not_both() {
        refused("topics.pattern", "web-.*").hasMessageContaining("both 'topics' and 'topics.pattern' are set");
    }

    @Test
    void a_server_has_a_port() {
        refused("bootstrap.servers", "localhost:9092,elsewhere")
                .hasMessageContaining("names 'elsewhere', which is no host:port");
    }

    @Test
    void a_pattern_is_a_regular_expression() {
        refused("topics.pattern", "web-(").hasMessageContaining("setting 'topics.pattern' = 'web-(' is not usable");
    }

    @ParameterizedTest
    @CsvSource({
        "start, yesterday, 'give earliest, latest, group or a time with its zone, such as 2025-11-22T10:00:00Z'",
        "start, 2025-11-22T10:00:00, 'give earliest, latest, group or a time with its zone'",
        "start.positions, lines-0, \"'lines-0' is not a partition and an offset\"",
        "start.positions, lines-0:x, \"'lines-0:x' is not a partition and an offset\"",
        "start.positions, 'lines-0:1,lines-0:2', \"'lines-0' is named twice\"",
    })
    void starts_that_make_no_sense_are_refused(String key, String value, String reason) {
        refused(key, value)
                .hasMessageContaining("setting '" + key + "' = '" + value + "' is not usable")
                .hasMessageContaining(reason.replace("\"", ""));
    }

    @Test
    void starts() {
        assertThat(TestProvider.settings("start", "earliest").start()).isEqualTo(new StartAt.Earliest());
        assertThat(TestProvider.settings("start", "2025-11-22T11:00:00+01:00").start())
                .isEqualTo(new StartAt.Time(Instant.parse("2025-11-22T10:00:00Z")));
        assertThat(TestProvider.settings("start.positions", "a-b-0:42, a-b-1:7").startPositions())
                .isEqualTo(Map.of("a-b-0", 42L, "a-b-1", 7L));
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refused(String key, String value) {
        return assertThatThrownBy(() -> TestProvider.settings(key, value))
                .isInstanceOf(MillraceException.class)
                .satisfies(error -> assertThat(error)
                        .asInstanceOf(type(MillraceException.class))
                        .extracting(MillraceException::code)
                        .isEqualTo(ErrorCode.USER_CONFIG));
    }
}
