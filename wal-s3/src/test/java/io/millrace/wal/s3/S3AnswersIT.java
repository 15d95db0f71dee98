// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.servers.S3Server;
import io.millrace.servers.junit.RealS3;
import io.millrace.spi.plugin.Settings;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers of Amazon's that no server here gives by itself, on the way to a real one. */
@ExtendWith(RealS3.class)
@Timeout(120)
class S3AnswersIT {
    private final S3Server server;
    private final String bucket = "answers-" + UUID.randomUUID();
    private final Queue<String> puts = new ArrayDeque<>();
    private final List<AutoCloseable> opened = new ArrayList<>();

    S3AnswersIT(S3Server server) {
        this.server = server;
        server.createBucket(bucket);
    }

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private S3WalStore store() throws IOException {
        return store(S3Stores.EAGER);
    }

    private S3WalStore store(S3WalSettings how) throws IOException {
        Map<String, String> settings = new HashMap<>(server.settings());
        AnsweringProxy proxy = new AnsweringProxy(URI.create(String.valueOf(settings.get("endpoint"))), this::answer);
        opened.add(proxy);
        settings.put("endpoint", proxy.endpoint().toString());
        Settings given = S3WalSettings.SPEC.parse("test", settings);
        S3WalStore store = S3Stores.open(new S3Bucket(bucket, S3Clients.of(given, how, null)), how);
        opened.add(store);
        return store;
    }

    private synchronized Optional<String> answer(String request) {
        return request.startsWith("PUT ") ? Optional.ofNullable(puts.poll()) : Optional.empty();
    }

    private synchronized void nextPut(String answer) {
        puts.add(answer);
    }

    private static String date(Duration ahead) {
        return "Date: "
                + DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        ZonedDateTime.now(ZoneOffset.UTC).plus(ahead));
    }

    @ParameterizedTest
    @CsvSource({
        "400 Bad Request, ExpiredToken",
        "403 Forbidden, AccessDenied",
        "403 Forbidden, RequestTimeTooSkewed",
    })
    void oneRefusedWriteEndsNothing(String status, String code) throws IOException {
        Appended writer = Appended.open(store());
        writer.append(0, 2);
        nextPut(AnsweringProxy.error(status, date(Duration.ZERO), code));

        writer.append(2, 5);

        assertThat(writer.acknowledged()).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(puts).isEmpty();
    }

    @Test
    void aClockThatIsTwentyMinutesOffIsSaidAsThat() throws IOException {
        Appended writer = Appended.open(store(S3FaultTest.givingUpAfter(Duration.ofMillis(300))));
        for (int i = 0; i < 100; i++) {
            nextPut(AnsweringProxy.error("403 Forbidden", date(Duration.ofMinutes(20)), "RequestTimeTooSkewed"));
        }

        WalException failure = Appended.failure(writer.start(0));

        assertThat(failure.reason()).isEqualTo(Reason.ACCESS_DENIED);
        assertThat(failure)
                .hasMessageContainingAll("this machine's clock is 20 minutes behind S3's", "set this machine's clock");
    }

    @ParameterizedTest
    @CsvSource({
        "301 Moved Permanently, x-amz-bucket-region: eu-west-1, PermanentRedirect",
        "400 Bad Request, X-Other: none, AuthorizationHeaderMalformed",
    })
    void theRightRegionIsNamed(String status, String header, String code) throws IOException {
        S3WalStore store = store();
        nextPut(AnsweringProxy.error(status, header, code));

        assertThatThrownBy(() -> store.claim("ledger", Appended.ME))
                .isInstanceOfSatisfying(
                        WalException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.UNSUPPORTED))
                .hasMessageContaining("the bucket is in region 'eu-west-1': set 'wal.region' = eu-west-1");
    }

    @Test
    void whatIsDeniedAtTheStartIsSaidAtOnce() throws IOException {
        S3WalStore store = store();
        nextPut(AnsweringProxy.error("403 Forbidden", date(Duration.ZERO), "AccessDenied"));

        assertThatThrownBy(() -> store.claim("ledger", Appended.ME))
                .isInstanceOfSatisfying(
                        WalException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.ACCESS_DENIED))
                .hasMessageContaining("check credentials and the bucket's policy");
    }
}
