// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.Batch;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.junit.RealPostgres;
import io.millrace.spi.sink.Refusals;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import io.millrace.testkit.sink.SinkContext;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows that a real database refuses, among others that it takes. */
@ExtendWith(RealPostgres.class)
@Timeout(120)
class RefusedRowsIT {
    private static final AtomicInteger TABLES = new AtomicInteger();
    private static final SinkOwner ME = new SinkOwner(SinkContext.PROGRAM, "out", "me", 1);

    private final String url;
    private final String table = "refused_" + TABLES.incrementAndGet();
    private final Noted noted = new Noted();

    RefusedRowsIT(PostgresServer postgres) throws SQLException {
        url = postgres.url();
        execute("create table " + table + " (k integer primary key, v varchar(5) not null check (v <> 'never'))");
        execute("create function " + table + "_raise() returns trigger as $$ begin if new.v = 'trig' then raise"
                + " exception 'the trigger does not want it'; end if; return new; end $$ language plpgsql");
        execute("create trigger raising before insert on " + table + " for each row execute function " + table
                + "_raise()");
    }

    /** Notes what is refused, and whether it was settled after that. */
    private static final class Noted implements Refusals {
        final List<Object> elements = new ArrayList<>();
        final List<String> reasons = new ArrayList<>();
        boolean settled;

        @Override
        public void refuse(@Nullable Object element, Throwable why) {
            elements.add(String.valueOf(element));
            reasons.add(String.valueOf(why.getMessage()));
            settled = false;
        }

        @Override
        public void settle() {
            settled = true;
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<Integer> keys() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select k from " + table + " order by k")) {
            List<Integer> keys = new ArrayList<>();
            while (rows.next()) {
                keys.add(rows.getInt(1));
            }
            return keys;
        }
    }

    private Sink.Transactional open(String at, RowBinder<?> binder, int rowsAtOnce) throws Exception {
        Map<String, String> settings = new HashMap<>(Map.of(
                "url",
                at,
                "sql",
                "insert into " + table + " values (?, ?)",
                "batches.table",
                table + "_batches",
                "rows-at-once",
                String.valueOf(rowsAtOnce)));
        JdbcProvider provider = new JdbcProvider(null, binder, step -> {});
        Sink.Transactional sink = (Sink.Transactional) provider.open(SinkContext.of(provider, "out", settings));
        claim(sink);
        return sink;
    }

    private static void claim(Sink.Transactional sink) throws Exception {
        Optional<SinkClaim> found = sink.look(ME.programId(), ME.output());
        assertThat(sink.claim(ME, found, found.flatMap(SinkClaim::lastBatch))).isTrue();
    }

    private static List<Object> row(int key, @Nullable String value) {
        List<Object> row = new ArrayList<>();
        row.add(key);
        row.add(value);
        return row;
    }

    private static Batch<Object> batch(List<Object> first, List<Object> second) {
        return SinkContext.batch("out", 1, 1, first, second);
    }

    @ParameterizedTest
    @CsvSource({
        "too long, value too long",
        "never, check constraint",
        ", null value",
        "trig, the trigger does not want it"
    })
    void theRowIsFoundAmongThoseThatAreTaken(@Nullable String value, String says) throws Exception {
        List<Object> bad = row(25, value);
        List<Object> first = new ArrayList<>();
        List<Object> second = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            first.add(row(i, "a"));
            second.add(row(100 + i, "b"));
        }
        second.add(7, bad);
        try (Sink.Transactional sink = open(url, new Columns(), 8)) {
            sink.commit(batch(first, second), noted);
        }
        assertThat(noted.elements).containsExactly(String.valueOf(bad));
        assertThat(noted.reasons.get(0)).contains(says);
        assertThat(noted.settled).isTrue();
        assertThat(keys()).hasSize(40).doesNotContain(25);
    }

    @Test
    void ofTwoRowsOfOneKeyTheSecondIsRefused() throws Exception {
        try (Sink.Transactional sink = open(url, new Columns(), 1000)) {
            sink.commit(
                    batch(List.of(row(1, "a"), row(2, "a"), row(1, "b")), List.of(row(2, "b"), row(3, "b"))), noted);
        }
        assertThat(noted.elements).containsExactly("[1, b]", "[2, b]");
        assertThat(keys()).containsExactly(1, 2, 3);
    }

    @Test
    void aRowThatTheFunctionCannotBindIsRefusedToo() throws Exception {
        RowBinder<List<Object>> binder = (row, statement) -> {
            statement.setInt(1, (Integer) row.get(0));
            statement.setString(2, ((String) row.get(1)).substring(0, 1));
        };
        try (Sink.Transactional sink = open(url, binder, 2)) {
            sink.commit(batch(List.of(row(1, "a"), row(2, ""), row(3, "c")), List.of()), noted);
        }
        assertThat(noted.elements).containsExactly("[2, ]");
        assertThat(keys()).containsExactly(1, 3);
    }

    @Test
    void rowsThatADriverPutsTogetherWronglyAreNotRefused() throws Exception {
        String rewriting = url + "&reWriteBatchedInserts=true";
        Map<String, String> settings = new HashMap<>(Map.of(
                "url",
                rewriting,
                "batches.table",
                table + "_batches",
                "sql",
                "insert into " + table + " values (?, ?) on conflict (k) do update set v = excluded.v"));
        JdbcProvider provider = new JdbcProvider();
        try (Sink.Transactional sink = (Sink.Transactional) provider.open(SinkContext.of(provider, "out", settings))) {
            claim(sink);
            sink.commit(batch(List.of(row(1, "a"), row(1, "b")), List.of()), noted);
        }
        assertThat(noted.elements).isEmpty();
        assertThat(keys()).containsExactly(1);
    }

    @Test
    void whoDoesWithoutNothingGetsTheBatchBackWhole() throws Exception {
        try (Sink.Transactional sink = open(url, new Columns(), 2)) {
            IllegalStateException stop = new IllegalStateException("stop");
            Refusals strict = new Refusals() {
                @Override
                public void refuse(@Nullable Object element, Throwable why) {
                    throw stop;
                }

                @Override
                public void settle() {}
            };
            Batch<Object> batch = batch(List.of(row(1, "a"), row(2, "too long"), row(3, "c")), List.of());
            assertThatThrownBy(() -> sink.commit(batch, strict)).isSameAs(stop);
            assertThat(keys()).isEmpty();
            claim(sink);
            assertThat(sink.look(ME.programId(), ME.output()).flatMap(SinkClaim::lastBatch))
                    .isEmpty();
            sink.commit(batch, noted);
        }
        assertThat(keys()).containsExactly(1, 3);
    }
}
