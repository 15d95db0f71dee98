// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.Batch;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.TcpProxy;
import io.millrace.servers.junit.RealPostgres;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import io.millrace.testkit.sink.SinkContext;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real database and the network before it do to the sink, and what the sink says of it. */
@ExtendWith(RealPostgres.class)
@Timeout(120)
class JdbcFaultsIT {
    private static final AtomicInteger TABLES = new AtomicInteger();
    private static final SinkOwner ME = new SinkOwner(SinkContext.PROGRAM, "out", "me", 1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String url;
    private final TcpProxy proxy;
    private final String throughProxy;
    private final String table = "faults_" + TABLES.incrementAndGet();
    private final AtomicReference<Consumer<String>> steps = new AtomicReference<>(step -> {});

    JdbcFaultsIT(PostgresServer postgres) throws SQLException {
        url = postgres.url();
        int port = URI.create(url.substring("jdbc:".length())).getPort();
        proxy = new TcpProxy(port);
        throughProxy = url.replace(":" + port + "/", ":" + proxy.port() + "/");
        execute("create table " + table + " (n integer primary key)");
    }

    @AfterEach
    void closeProxy() {
        proxy.close();
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private int count(String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private int rows() throws SQLException {
        return count("select count(*) from " + table);
    }

    private Sink.Transactional open(String at, String... more) {
        return open(at, new Columns(), more);
    }

    private Sink.Transactional open(String at, RowBinder<?> binder, String... more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "url",
                at,
                "sql",
                "insert into " + table + " values (?)",
                "batches.table",
                table + "_batches",
                "claim.timeout",
                "100ms"));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        JdbcProvider provider =
                new JdbcProvider(null, binder, step -> steps.get().accept(step));
        return (Sink.Transactional) provider.open(SinkContext.of(provider, "out", settings));
    }

    private static void claim(Sink.Transactional sink) throws Exception {
        Optional<SinkClaim> found = sink.look(ME.programId(), ME.output());
        assertThat(sink.claim(ME, found, found.flatMap(SinkClaim::lastBatch))).isTrue();
    }

    private static Batch<Object> batch(int number, Object... elements) {
        return SinkContext.batch("out", 1, number, List.of(elements));
    }

    private static MillraceException failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        AtomicReference<MillraceException> failure = new AtomicReference<>();
        assertThatThrownBy(call).isInstanceOfSatisfying(MillraceException.class, failure::set);
        return failure.get();
    }

    /** A trigger on the table that raises an error for each row until it has done so often enough. */
    private void raise(String state, int times) throws SQLException {
        execute("create sequence " + table + "_times");
        execute("create function " + table + "_raise() returns trigger as $$ begin if nextval('" + table
                + "_times') <= " + times + " then raise exception 'it is so' using errcode = '" + state
                + "'; end if; return new; end $$ language plpgsql");
        execute("create trigger raising before insert on " + table + " for each row execute function " + table
                + "_raise()");
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01", "53100", "53300", "55P03", "57014", "57P01", "57P03", "08006", "25006"})
    void whatPassesByItselfHasACodeThatSaysSo(String state) throws Exception {
        raise(state, 1);
        try (Sink.Transactional sink = open(url)) {
            claim(sink);
            MillraceException failure = failure(() -> sink.commit(batch(1, 1)));
            assertThat(failure.code()).isEqualTo(ErrorCode.EXTERNAL_SYSTEM);
            assertThat(failure)
                    .hasMessageContainingAll("batch", "output 'out'", "it is so", "[SQLState " + state + "]");
            claim(sink);
            sink.commit(batch(1, 1));
        }
        assertThat(rows()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0A000", "3D000", "3F000", "42501", "54000"})
    void whatDoesNotPassHasACodeThatSaysSo(String state) throws Exception {
        raise(state, 1);
        try (Sink.Transactional sink = open(url)) {
            claim(sink);
            MillraceException failure = failure(() -> sink.commit(batch(1, 1)));
            assertThat(failure.code()).isEqualTo(ErrorCode.USER_CONFIG);
            assertThat(failure).hasMessageContainingAll("it is so", "check 'sql'", "granted");
        }
    }

    @Test
    void aDeadlockPasses() throws Exception {
        execute("alter table " + table + " add v integer not null default 0");
        execute("insert into " + table + " values (1), (2)");
        CountDownLatch firstIsLocked = new CountDownLatch(1);
        CountDownLatch otherWaits = new CountDownLatch(1);
        RowBinder<Integer> binder = (n, statement) -> {
            if (n == 2) {
                firstIsLocked.countDown();
                assertThat(uninterruptibly(otherWaits)).isTrue();
            }
            statement.setInt(1, n);
        };
        String quick = url + "&options=-c%20deadlock_timeout=50ms"; // it looks for the deadlock, so it is the victim
        try (Sink.Transactional sink = open(
                        quick, binder, "sql", "update " + table + " set v = v + 1 where n = ?", "rows-at-once", "1");
                Connection other = DriverManager.getConnection(url + "&options=-c%20deadlock_timeout=60s")) {
            claim(sink);
            other.setAutoCommit(false);
            try (Statement statement = other.createStatement()) {
                statement.execute("update " + table + " set v = v + 10 where n = 2");
                CompletableFuture<MillraceException> failed =
                        CompletableFuture.supplyAsync(() -> failure(() -> sink.commit(batch(1, 1, 2))));
                assertThat(uninterruptibly(firstIsLocked)).isTrue();
                CompletableFuture<Void> waits = CompletableFuture.runAsync(() -> {
                    try {
                        statement.execute("update " + table + " set v = v + 10 where n = 1");
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                });
                await().atMost(PATIENCE)
                        .until(() -> count("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and"
                                        + " query like 'update " + table + " set v = v + 10 where n = 1'")
                                == 1);
                otherWaits.countDown();
                MillraceException failure = failed.get(30, TimeUnit.SECONDS);
                assertThat(failure.code()).isEqualTo(ErrorCode.EXTERNAL_SYSTEM);
                assertThat(failure).hasMessageContainingAll("deadlock detected", "[SQLState 40P01]");
                waits.get(30, TimeUnit.SECONDS);
            }
            other.commit();
            claim(sink);
            sink.commit(batch(1, 1, 2));
        }
        assertThat(count("select sum(v) from " + table)).isEqualTo(22);
    }

    private static boolean uninterruptibly(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    void tooManyClientsPass() throws Exception {
        String role = table + "_few";
        execute("create role " + role + " login connection limit 2");
        execute("grant all on schema public to " + role);
        execute("grant all on " + table + " to " + role);
        String asFew = url.replace("user=postgres", "user=" + role);
        try (Sink.Transactional sink = open(asFew)) {
            claim(sink);
            execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = '" + role + "'");
            MillraceException ended = failure(() -> sink.commit(batch(1, 1)));
            assertThat(ended.code()).isEqualTo(ErrorCode.EXTERNAL_SYSTEM);
            await().atMost(PATIENCE)
                    .until(() -> count("select count(*) from pg_stat_activity where usename = '" + role + "'") == 0);
            try (Connection one = DriverManager.getConnection(asFew);
                    Connection two = DriverManager.getConnection(asFew)) {
                MillraceException full = failure(() -> claim(sink));
                assertThat(full.code()).isEqualTo(ErrorCode.EXTERNAL_SYSTEM);
                assertThat(full).hasMessageContainingAll("too many connections", "[SQLState 53300]");
                assertThat(one.isValid(5) && two.isValid(5)).isTrue();
            }
            await().atMost(PATIENCE)
                    .until(() -> count("select count(*) from pg_stat_activity where usename = '" + role + "'") == 0);
            claim(sink);
            sink.commit(batch(1, 1));
        }
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void aConnectionThatStoodIdleAndWasDroppedIsMadeAnew() throws Exception {
        try (Sink.Transactional sink = open(throughProxy, "network.timeout", "1s", "validate.after", "0ms")) {
            claim(sink);
            sink.commit(batch(1, 1));
            proxy.dropConnections();
            sink.commit(batch(2, 2));
        }
        assertThat(rows()).isEqualTo(2);
    }

    @Test
    void aStatementOnADroppedConnectionEnds() throws Exception {
        try (Sink.Transactional sink = open(throughProxy, "network.timeout", "1s", "validate.after", "1h")) {
            claim(sink);
            proxy.dropConnections();
            MillraceException failure = failure(() -> sink.commit(batch(1, 1)));
            assertThat(failure.code()).isEqualTo(ErrorCode.EXTERNAL_SYSTEM);
            assertThat(failure).hasMessageContainingAll("Read timed out", "output 'out'");
            claim(sink);
            sink.commit(batch(1, 1));
        }
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void aDatabaseThatTakesAConnectionAndSaysNothingIsNotWaitedForLonger() {
        proxy.drop();
        try (Sink.Transactional sink = open(throughProxy, "network.timeout", "1s")) {
            MillraceException failure = failure(() -> claim(sink));
            assertThat(failure.code()).isEqualTo(ErrorCode.EXTERNAL_SYSTEM);
            assertThat(failure).hasMessageContainingAll("no connection within 1100 ms", "network.timeout");
        }
    }

    @Test
    void closingEndsACallThatHangs() throws Exception {
        try (Sink.Transactional sink = open(throughProxy, "network.timeout", "1h", "validate.after", "1h")) {
            claim(sink);
            proxy.dropConnections();
            CountDownLatch calls = new CountDownLatch(1);
            steps.set(step -> calls.countDown());
            CompletableFuture<MillraceException> hangs =
                    CompletableFuture.supplyAsync(() -> failure(() -> sink.commit(batch(1, 1))));
            assertThat(calls.await(30, TimeUnit.SECONDS)).isTrue();
            sink.close();
            assertThat(hangs.get(30, TimeUnit.SECONDS).code()).isEqualTo(ErrorCode.EXTERNAL_SYSTEM);
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"look at row", "make table of batches", "claim row", "advance row", "commit transaction"})
    void aLostConnectionIsTheCauseWhateverBecomesOfTheRollback(String at) throws Exception {
        try (Sink.Transactional sink = open(throughProxy, "validate.after", "1h")) {
            AtomicInteger times = new AtomicInteger();
            steps.set(step -> {
                if (step.equals(at) && times.getAndIncrement() == 0) {
                    proxy.cut();
                    proxy.heal();
                }
            });
            MillraceException failure = failure(() -> {
                claim(sink);
                sink.commit(batch(1, 1));
            });
            assertThat(failure.code()).isEqualTo(ErrorCode.EXTERNAL_SYSTEM);
            assertThat(failure)
                    .hasMessageContaining("I/O error")
                    .hasMessageContaining("[SQLState 08006]")
                    .message()
                    .doesNotContain("has been closed");
            claim(sink);
            sink.commit(batch(1, 1));
        }
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void aConstraintThatIsCheckedAtTheCommitNamesNoRow() throws Exception {
        execute("alter table " + table + " add constraint " + table
                + "_later unique (n) deferrable initially deferred");
        execute("alter table " + table + " drop constraint " + table + "_pkey");
        try (Sink.Transactional sink = open(url)) {
            claim(sink);
            MillraceException failure = failure(() -> sink.commit(batch(1, 1, 1)));
            assertThat(failure.code()).isEqualTo(ErrorCode.USER_CODE);
        }
    }
}
