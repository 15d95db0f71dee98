// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** What Kafka's clients throw and what no later attempt does better at, for both inputs. */
class HopelessErrorsTest {
    private final KafkaErrors errors = new KafkaClients(TestProvider.settings("topics", "lines")).errors();

    @Test
    void aCodecWhoseLibraryIsMissingIsThePlugins() {
        NoClassDefFoundError missing = new NoClassDefFoundError("Could not initialize class org.xerial.snappy.Snappy");
        missing.initCause(new ClassNotFoundException("org.xerial.snappy.Snappy"));
        MillraceException error = errors.translate(
                "receiving",
                new KafkaException(
                        "Received exception when fetching the next record from lines-0", new KafkaException(missing)));

        assertThat(error.code()).isEqualTo(ErrorCode.PLUGIN);
        assertThat(error).hasMessageContainingAll("org.xerial.snappy.Snappy", "codec", "java.io.tmpdir");
    }

    @Test
    void aDamagedRecordIsCorruptAlsoBehindOthers() {
        MillraceException error = errors.translate(
                "receiving",
                new KafkaException(
                        "Received exception when fetching the next record from lines-0",
                        new KafkaException("Record batch for partition lines-0 at offset 7 is invalid, cause: crc")));

        assertThat(error.code()).isEqualTo(ErrorCode.CORRUPT_DATA);
        assertThat(error).hasMessageContainingAll("lines-0 at offset 7", "positions set");
    }

    @Test
    void whatMayHealIsTriedAgain() {
        assertThat(errors.translate("receiving", new KafkaException("anything else"))
                        .code()
                        .retriable())
                .isTrue();
        assertThat(errors.translate("receiving", new TimeoutException("late"))
                        .code()
                        .retriable())
                .isTrue();
    }
}
