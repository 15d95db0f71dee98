// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.Settings;
import io.millrace.wal.s3.BucketException.Kind;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What answers of S3 mean, and what settings may be. */
class S3BucketTest {
    @ParameterizedTest
    @CsvSource({
        "500, InternalError, UNANSWERED",
        "503, SlowDown, SLOW_DOWN",
        "503, ServiceUnavailable, SLOW_DOWN",
        "429, TooManyRequests, SLOW_DOWN",
        "400, ThrottlingException, SLOW_DOWN",
        "409, ConditionalRequestConflict, CONFLICT",
        "408, RequestTimeout, UNANSWERED",
        "400, RequestTimeout, UNANSWERED",
        "400, BadDigest, UNANSWERED",
        "507, XMinioStorageFull, FULL",
        "403, QuotaExceeded, FULL",
        "403, AccessDenied, DENIED",
        "401, '', DENIED",
        "404, NoSuchKey, ABSENT",
        "404, NoSuchBucket, UNUSABLE",
        "501, NotImplemented, UNUSABLE",
        "400, InvalidRequest, UNUSABLE",
        "301, PermanentRedirect, ELSEWHERE",
        "400, AuthorizationHeaderMalformed, ELSEWHERE",
        "400, ExpiredToken, DENIED",
        "403, RequestTimeTooSkewed, SKEWED",
    })
    void everyAnswerHasAMeaning(int status, String code, Kind kind) {
        assertThat(S3Answers.kind(status, code)).isEqualTo(kind);
    }

    @Test
    void buffersAreReadAsOneWithoutBeingMoved() throws Exception {
        ByteBuffer first = ByteBuffer.wrap(new byte[] {9, 1, 2}, 1, 2);
        ByteBuffer second = ByteBuffer.allocateDirect(2).put(0, (byte) 3).put(1, (byte) -1);
        try (BuffersInput input = new BuffersInput(first, ByteBuffer.allocate(0), second)) {
            assertThat(input.read()).isEqualTo(1);
            assertThat(input.readNBytes(10)).containsExactly(2, 3, -1);
            assertThat(input.read()).isEqualTo(-1);
        }
        assertThat(first.position()).isEqualTo(1);
        assertThat(second.remaining()).isEqualTo(2);
    }

    @Test
    void settingsThatCannotBeMeantAreRefused() {
        assertThatThrownBy(() -> parse("endpoint", "storage:9000"))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("http://host:port");
        assertThatThrownBy(() -> parse("credential", "static"))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("credentials");
        assertThatThrownBy(() -> S3Clients.of(parse("access-key-id", "x"), S3Stores.EAGER, null))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("belong together");
    }

    @Test
    void aStoreOfOnesOwnIsProbedAndAmazonsIsNot() {
        assertThat(S3WalSettings.of(parse("endpoint", "http://localhost:1")).probes())
                .isTrue();
        assertThat(S3WalSettings.of(parse("region", "eu-central-1")).probes()).isFalse();
        assertThat(S3WalSettings.of(parse("probe", "always")).probes()).isTrue();
    }

    private static Settings parse(String key, String value) {
        return S3WalSettings.SPEC.parse("log store 's3'", Map.of(key, value));
    }
}
