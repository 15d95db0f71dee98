// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.Batch;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.OutputPolicy;
import io.millrace.api.Pair;
import io.millrace.api.codec.Codecs;
import io.millrace.api.sink.SinkTarget;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import io.millrace.testkit.sink.SinkContext;
import io.millrace.testkit.stream.RestartMode;
import io.millrace.testkit.stream.StreamHarness;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The builder, programs that use it, and what is said when something is wrong. */
class JdbcTest {
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final SinkOwner ME = new SinkOwner(SinkContext.PROGRAM, "out", "me", 1);

    private final String url = "jdbc:h2:mem:test" + DATABASES.incrementAndGet() + ";DB_CLOSE_DELAY=-1";

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<String> rows(String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1) + " " + rows.getString(2));
            }
        }
        return found;
    }

    @Test
    void aProgramWritesEachRowOnceThroughKillsAndRestarts() throws Exception {
        for (RestartMode mode : RestartMode.values()) {
            execute("drop all objects");
            execute("create table words (word varchar(20), n bigint)");
            SinkTarget<Pair<String, Long>> target = Jdbc.into(new UrlDataSource(url))
                    .sql("insert into words values (?, ?)")
                    .bind((row, statement) -> {
                        statement.setString(1, row.key());
                        statement.setLong(2, row.value());
                    });
            StreamHarness.of(in -> {
                        var words = in.input("words", Codecs.STRING);
                        words.countByValue().save("counts", target);
                        in.collect("words", words);
                    })
                    .batches("words", List.of("a", "b", "a"), List.of(), List.of("a"))
                    .modes(mode)
                    .run();
            assertThat(rows("select word, n from words")).as("%s", mode).containsExactlyInAnyOrder("a 2", "b 1", "a 1");
        }
    }

    @Test
    void elementsOfSharedTypesNeedNoBinder() throws Exception {
        execute("create table pairs (a varchar(20), b bigint)");
        StreamHarness.of(in -> {
                    var words = in.input("words", Codecs.STRING);
                    words.map(word -> Pair.of(word, 1L))
                            .saveTo("pairs", "jdbc", settings("insert into pairs values (?, ?)"));
                    words.map(word -> List.<Object>of(word, 2))
                            .save(
                                    "lists",
                                    OutputPolicy.stop().retry(1, Duration.ZERO),
                                    Jdbc.into(url)
                                            .sql("insert into pairs values (?, ?)")
                                            .columns());
                    in.collect("words", words);
                })
                .batches("words", List.of("x"))
                .modes(RestartMode.NONE)
                .run();
        assertThat(rows("select a, b from pairs")).containsExactlyInAnyOrder("x 1", "x 2");
        assertThat(rows("select program, output_name from millrace_batches")).hasSize(2);
    }

    private Map<String, String> settings(String sql, String... more) {
        Map<String, String> settings = new HashMap<>(Map.of("url", url, "sql", sql));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }

    private static Sink.Transactional open(Map<String, String> settings) {
        JdbcProvider provider = new JdbcProvider();
        return (Sink.Transactional) provider.open(SinkContext.of(provider, "out", settings));
    }

    private static void assertRefused(ErrorCode code, ThrowingCallable call, String... says) {
        assertThatThrownBy(call)
                .hasMessageContainingAll(says)
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void aPlaceThatIsNotGivenOrThatNoDriverTakesIsRefusedBeforeAnythingStarts() {
        assertRefused(ErrorCode.USER_CONFIG, () -> open(Map.of("sql", "x")), "output 'out'", "set 'url'");
        assertRefused(
                ErrorCode.USER_CONFIG, () -> open(Map.of("sql", "x", "url", "jdbc:none:x")), "no driver takes", "lib/");
        assertRefused(
                ErrorCode.USER_CONFIG,
                () -> open(settings("x", "driver", "java.lang.String")),
                "'driver' = 'java.lang.String'");
    }

    @Test
    void aStatementThatTheDatabaseDoesNotTakeIsTheUsers() throws Exception {
        try (Sink.Transactional sink = open(settings("insert into nowhere values (?)"))) {
            claim(sink);
            assertRefused(ErrorCode.USER_CONFIG, () -> sink.commit(batch("a")), "check 'sql'", "batch", "output 'out'");
        }
    }

    @Test
    void aRowThatTheTableDoesNotTakeIsTheStreams() throws Exception {
        execute("create table numbers (n integer primary key)");
        try (Sink.Transactional sink = open(settings("insert into numbers values (?)"))) {
            claim(sink);
            assertRefused(
                    ErrorCode.USER_CODE, () -> sink.commit(batch(7, 7)), "refused a row", "statement's parameters");
            assertThat(claim(sink)).isEmpty();
            sink.commit(batch(7));
        }
    }

    @Test
    void aRowThatSomebodyRemovedIsReportedAndClaimedAnew() throws Exception {
        execute("create table numbers (n integer)");
        try (Sink.Transactional sink = open(settings("insert into numbers values (?)"))) {
            claim(sink);
            execute("delete from millrace_batches");
            assertRefused(
                    ErrorCode.EXTERNAL_SYSTEM, () -> sink.commit(batch(1)), "was changed or removed from outside");
            assertRefused(ErrorCode.EXTERNAL_SYSTEM, () -> sink.commit(batch(1)), "claimed anew");
            assertThat(claim(sink)).isEmpty();
            sink.commit(batch(1));
            assertThat(rows("select n, n from numbers")).containsExactly("1 1");
        }
    }

    private static final String OF_BEFORE =
            "create table millrace_batches (program varchar(200) not null, output_name varchar(500) not null,"
                    + " epoch bigint not null, batch_time bigint, primary key (program, output_name))";

    @Test
    void aTableOfBeforeThereWereIdentitiesIsReadAndGetsItsColumnWithTheFirstClaim() throws Exception {
        execute("create table numbers (n integer)");
        execute(OF_BEFORE);
        execute("insert into millrace_batches values ('" + SinkContext.PROGRAM + "', 'out', 7, 1000)");
        try (Sink.Transactional sink = open(settings("insert into numbers values (?)"))) {
            Optional<SinkClaim> found = sink.look(SinkContext.PROGRAM, "out");
            assertThat(found)
                    .contains(new SinkClaim(
                            "", 7, Optional.of(Instant.ofEpochMilli(1000)), "its row in millrace_batches"));
            assertThat(sink.look(SinkContext.PROGRAM, "another")).isEmpty();
            assertThatThrownBy(() -> rows("select checkpoint_id, epoch from millrace_batches"))
                    .isInstanceOf(SQLException.class); // looking changes nothing
            assertThat(sink.claim(ME, found, found.get().lastBatch())).isTrue();
            sink.commit(batch(1));
        }
        assertThat(rows("select checkpoint_id, epoch from millrace_batches")).containsExactly("me 1");
        assertThat(rows("select n, n from numbers")).containsExactly("1 1");
    }

    @Test
    void whoMayNotAddTheColumnIsToldTheStatementThatDoes() throws Exception {
        execute("create table numbers (n integer)");
        execute(OF_BEFORE);
        execute("create user writer password 'secret'");
        execute("grant select, insert, update on millrace_batches to writer");
        Map<String, String> settings = settings("insert into numbers values (?)");
        settings.put("url", url.substring(0, url.indexOf(';'))); // whose settings only an administrator may set
        settings.put("user", "writer");
        settings.put("password", "secret");
        try (Sink.Transactional sink = open(settings)) {
            assertThat(sink.look(SinkContext.PROGRAM, "out")).isEmpty();
            assertRefused(
                    ErrorCode.USER_CONFIG,
                    () -> claim(sink),
                    "has no column checkpoint_id",
                    "execute once: alter table millrace_batches add checkpoint_id varchar(50)");
        }
        execute("alter table millrace_batches add checkpoint_id varchar(50)");
        try (Sink.Transactional sink = open(settings)) {
            assertThat(claim(sink)).isEmpty();
        }
    }

    private static Optional<Instant> claim(Sink.Transactional sink) throws Exception {
        Optional<SinkClaim> found = sink.look(ME.programId(), ME.output());
        Optional<Instant> last = found.flatMap(SinkClaim::lastBatch);
        assertThat(sink.claim(ME, found, last)).isTrue();
        return last;
    }

    private static Batch<Object> batch(Object... elements) {
        return SinkContext.batch("out", 1, 1, List.of(elements));
    }

    @Test
    void noMessageShowsAPasswordOfTheUrl() {
        JdbcProvider provider = new JdbcProvider();
        Map<String, String> settings = Map.of(
                "url",
                "jdbc:nothing://me:hunter2@db.example.org/shop?password=hunter2",
                "sql",
                "insert into t values (?)");
        assertThatThrownBy(() -> provider.open(SinkContext.of(provider, "out", settings)))
                .hasMessageContaining("jdbc:nothing://me:***@db.example.org/shop?password=***")
                .hasMessageNotContaining("hunter2");
    }
}
