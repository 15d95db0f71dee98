// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.operators;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.DeadLetterFile;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StatefulDStream;
import io.millrace.api.WindowedValue;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.RestartMode;
import io.millrace.testkit.stream.StreamHarness;
import io.millrace.testkit.stream.StreamResults;
import io.millrace.testkit.stream.StreamTest;
import io.millrace.testkit.stream.TestStreams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pages on operators say of the programs that they show, in each mode of restarts. */
class OperatorsTest {
    private static PairDStream<String, Long> pairs(TestStreams in, String input) {
        return in.pairs(input, Codecs.STRING, Codecs.LONG);
    }

    @StreamTest
    void sketches(StreamHarness harness) {
        StreamResults results = harness.program(in -> {
                    in.collect("visitors", Sketching.visitors(in.pairs("visits", Codecs.STRING, Codecs.STRING)));
                    in.collect("slowest", Sketching.slowest(in.pairs("times", Codecs.STRING, Codecs.DOUBLE)));
                })
                .batches("visits", List.of(Pair.of("/", "ann"), Pair.of("/", "bob")), List.of(Pair.of("/", "ann")))
                .batches("times", List.of(Pair.of("search", 20.0), Pair.of("search", 900.0)), List.of())
                .run();
        results.assertOutput("visitors").batches(List.of(Pair.of("/", 2L)), List.of(Pair.of("/", 2L)));
        results.assertOutput("slowest").batches(List.of(Pair.of("search", 900.0)), List.of(Pair.of("search", 900.0)));
    }

    @StreamTest
    void requests(StreamHarness harness) {
        StreamResults results = harness.program(in -> {
                    var lines = in.input("lines", Codecs.STRING);
                    in.collect("slow", Requests.slow(lines));
                    in.collect("longest", Requests.longest(lines));
                    in.collect("methods", Requests.methods(lines));
                    in.collect("report", Requests.report(lines, in.input("mobile", Codecs.STRING)));
                })
                .batches("lines", List.of("GET /cart 700", "noise", "PUT /cart 20", "GET / 5"), List.of())
                .batches("mobile", List.of("GET / 1"), List.of())
                .run();
        results.assertOutput("slow").batches(List.of("/cart took 700 ms"), List.of());
        results.assertOutput("longest").batches(List.of(700), List.of());
        results.assertOutput("methods").batches(List.of(Pair.of("GET", 2L), Pair.of("PUT", 1L)), List.of());
        results.assertOutput("report")
                .batches(
                        List.of("2000-01-01T00:00:01Z: 4 from the web, 1 from phones"),
                        List.of("2000-01-01T00:00:02Z: 0 from the web, 0 from phones"));
    }

    @StreamTest
    void orders(StreamHarness harness) {
        StreamResults results = harness.program(in -> {
                    var orders = pairs(in, "orders");
                    in.collect("spent", Orders.spent(orders));
                    in.collect("average", Orders.average(orders));
                    in.collect("by name", Orders.byName(orders, in.pairs("names", Codecs.STRING, Codecs.STRING)));
                    in.collect("payments", Orders.payments(orders, pairs(in, "payments")));
                })
                .batches("orders", List.of(Pair.of("c1", 100L), Pair.of("c2", 50L), Pair.of("c1", 50L)), List.of())
                .batches("names", List.of(Pair.of("c1", "Ada")), List.of(Pair.of("c2", "Bob")))
                .batches("payments", List.of(Pair.of("c1", 150L), Pair.of("c3", 9L)), List.of())
                .run();
        results.assertOutput("spent").batches(List.of(Pair.of("c1", 150L), Pair.of("c2", 50L)), List.of());
        results.assertOutput("average").batches(List.of(Pair.of("c1", 75.0), Pair.of("c2", 50.0)), List.of());
        results.assertOutput("by name").batches(List.of(Pair.of("Ada", 150L), Pair.of("c2", 50L)), List.of());
        results.assertOutput("payments")
                .batches(List.of(Pair.of("c1", List.of(150L)), Pair.of("c2", List.of())), List.of());
    }

    @StreamTest
    void trends(StreamHarness harness) {
        StreamResults results = harness.program(in -> {
                    var words = in.input("words", Codecs.STRING);
                    in.collect("words", Trends.words(words));
                    in.collect("collected", Trends.collected(words));
                    in.collect("spent", Trends.spent(words.mapToPair(word -> Pair.of(word, 1L))));
                })
                .batches("words", List.of("a"), List.of("a", "b"), List.of(), List.of(), List.of("c"))
                .run();
        results.assertOutput("words")
                .batch(0)
                .batch(1, Pair.of("a", 2L), Pair.of("b", 1L))
                .batch(3, Pair.of("a", 2L), Pair.of("b", 1L))
                .batch(4);
        results.assertOutput("collected")
                .batches(List.of(), List.of(), List.of(), List.of(), List.of("a", "a", "b", "c"));
        results.assertOutput("spent").lastBatch(Pair.of("a", 2L), Pair.of("b", 1L), Pair.of("c", 1L));
    }

    @StreamTest
    void visits(StreamHarness harness) {
        List<List<Pair<String, Long>>> batches = new ArrayList<>(
                List.of(List.of(Pair.of("ann", 1L), Pair.of("bob", 1L)), List.of(Pair.of("ann", 1L)), List.of()));
        batches.addAll(Collections.nCopies(31, List.of()));
        StreamResults results = harness.program(in -> {
                    var visits = pairs(in, "visits");
                    in.collect("total", Visits.total(visits));
                    in.collect("streaks", Visits.streaks(visits));
                    StatefulDStream<String, Long, String> greetings = Visits.greetings(visits);
                    in.collect("greetings", greetings);
                    in.collect("known", greetings.stateSnapshots());
                })
                .batches("visits", batches)
                .run();
        results.assertOutput("total")
                .batch(0, Pair.of("ann", 1L), Pair.of("bob", 1L))
                .batch(1, Pair.of("ann", 2L))
                .batch(2);
        results.assertOutput("streaks")
                .batch(0, Pair.of("ann", 1), Pair.of("bob", 1))
                .batch(1, Pair.of("ann", 2))
                .batch(2);
        results.assertOutput("greetings")
                .allElements(List.of("hello ann", "hello bob", "farewell bob after 1", "farewell ann after 2"));
        results.assertOutput("known")
                .batch(1, Pair.of("ann", 2L), Pair.of("bob", 1L))
                .lastBatch();
    }

    private static Instant at(String time) {
        return Instant.parse("2026-01-01T" + time + "Z");
    }

    private static String reading(String sensor, String time, double celsius) {
        return sensor + " " + at(time) + " " + celsius;
    }

    @StreamTest
    void sensors(StreamHarness harness) {
        StreamResults results = harness.partitions(1)
                .program(in -> {
                    var readings = Sensors.readings(in.input("lines", Codecs.STRING));
                    var highest = Sensors.highest(readings);
                    in.collect("highest", highest);
                    in.collect("late", highest.lateRecords().mapValues(Sensors.Reading::celsius));
                    in.collect("sessions", Sensors.sessions(readings));
                })
                .batches(
                        "lines",
                        List.of(reading("attic", "12:00:03", 21.5), reading("attic", "12:01:01", 23.0)),
                        List.of(reading("attic", "12:00:58", 22.5)), // out of order, and in time
                        List.of(reading("cellar", "12:01:10", 9.0)), // the watermark comes to 12:01:00
                        List.of(reading("attic", "12:00:59", 30.0)), // too late
                        List.of(reading("cellar", "12:02:30", 9.5)),
                        List.of())
                .run();
        results.assertOutput("highest")
                .batches(
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(Pair.of("attic", new WindowedValue<>(at("12:00:00"), at("12:01:00"), 22.5))),
                        List.of(),
                        List.of(
                                Pair.of("attic", new WindowedValue<>(at("12:01:00"), at("12:02:00"), 23.0)),
                                Pair.of("cellar", new WindowedValue<>(at("12:01:00"), at("12:02:00"), 9.0))));
        results.assertOutput("late").batch(3, Pair.of("attic", 30.0));
        results.assertOutput("sessions")
                .batch(1, Pair.of("attic", new WindowedValue<>(at("12:00:03"), at("12:00:33"), 1L)))
                .batch(
                        5,
                        Pair.of("attic", new WindowedValue<>(at("12:00:58"), at("12:01:31"), 3L)),
                        Pair.of("cellar", new WindowedValue<>(at("12:01:10"), at("12:01:40"), 1L)));
    }

    @StreamTest
    void services(StreamHarness harness) {
        StreamResults results = harness.program(in -> {
                    var orders = pairs(in, "orders");
                    in.collect(
                            "translated",
                            Services.translated(
                                    in.input("texts", Codecs.STRING),
                                    text -> CompletableFuture.supplyAsync(() -> text.toUpperCase(Locale.ROOT))));
                    in.collect(
                            "cities",
                            Services.cities(
                                    orders, customers -> customers.contains("c1") ? Map.of("c1", "Paris") : Map.of()));
                    in.collect("largest", Services.largest(orders));
                })
                .batches(
                        "orders",
                        List.of(Pair.of("c1", 5L), Pair.of("c2", 9L), Pair.of("c2", 1L), Pair.of("c2", 7L)),
                        List.of())
                .batches("texts", List.of("bonjour"), List.of())
                .run();
        results.assertOutput("translated").batches(List.of("BONJOUR"), List.of());
        results.assertOutput("cities")
                .batch(
                        0,
                        Pair.of("c1", Pair.of(5L, Optional.of("Paris"))),
                        Pair.of("c2", Pair.of(9L, Optional.empty())),
                        Pair.of("c2", Pair.of(1L, Optional.empty())),
                        Pair.of("c2", Pair.of(7L, Optional.empty())));
        results.assertOutput("largest")
                .inOrder()
                .batches(List.of(Pair.of("c2", 9L), Pair.of("c2", 7L), Pair.of("c1", 5L)), List.of());
    }

    @StreamTest
    void ledgers(StreamHarness harness, @TempDir Path directory) throws IOException {
        Ledgers.Table table = new Ledgers.Table();
        harness.program(in -> {
                    var orders = pairs(in, "orders");
                    Ledgers.book(orders, table, directory.resolve("orders").toString());
                    in.collect("orders", orders);
                })
                .batches("orders", List.of(Pair.of("c1", 5L), Pair.of("c1", 6L)), List.of(), List.of(Pair.of("c2", 7L)))
                .run();
        assertThat(table.rows()).containsOnly(Map.entry("c1", 11L), Map.entry("c2", 7L));
        try (Stream<Path> batches = Files.list(directory)) {
            assertThat(batches).hasSize(3);
        }
    }

    @Test
    void linesThatSayNothingUsefulAreKept(@TempDir Path directory) throws IOException {
        Ledgers.Table table = new Ledgers.Table();
        new StreamHarness()
                .program(in -> {
                    var lines = in.input("lines", Codecs.STRING);
                    Ledgers.add(lines, table);
                    in.collect("lines", lines);
                })
                .set("dead-letters.directory", directory.toString())
                .modes(RestartMode.KILL_BEFORE_COMMIT)
                .batches("lines", List.of("c1 5", "c1 much"), List.of("nobody"))
                .run();
        assertThat(table.rows()).containsOnly(Map.entry("c1", 5L));
        List<String> kept = new ArrayList<>();
        try (Stream<Path> batches = Files.list(directory.resolve("harness"))) {
            for (Path file : batches.sorted().toList()) {
                DeadLetterFile.read(file).forEach(letter -> kept.add(letter.element()));
            }
        }
        assertThat(kept).containsExactly("c1 much", "nobody");
    }
}
