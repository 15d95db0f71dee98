// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.spill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.DStream;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.Window;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import io.millrace.api.codec.Codecs;
import io.millrace.core.table.KeyTable;
import io.millrace.core.table.KeyUndo;
import io.millrace.testkit.stream.StreamHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A key that equals another and is written otherwise would begin again: it is refused. */
class KeyFormsTest {
    /** A name of which case does not matter, though its codec keeps it. */
    record Name(String text) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Name that && text.equalsIgnoreCase(that.text);
        }

        @Override
        public int hashCode() {
            return text.toLowerCase(Locale.ROOT).hashCode();
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static final Codec<Name> NAMES = new Codec<>() {
        private static final long serialVersionUID = 1L;

        @Override
        public String id() {
            return "name";
        }

        @Override
        public void encode(Name value, ByteWriter out) {
            out.writeString(value.text());
        }

        @Override
        public Name decode(ByteReader in, int version) {
            return new Name(in.readString());
        }
    };

    private final KeyUndo undo = new KeyUndo();

    private static SpillTable table(long bytes) {
        SpillTables tables = new SpillTables(
                new HeapStateStore(Long.MAX_VALUE),
                bytes,
                chunk -> new CompletableFuture<>(),
                false,
                new CountedMetrics());
        tables.expect(1);
        return (SpillTable) tables.table("names", 0, erase(NAMES), erase(Codecs.INT));
    }

    @SuppressWarnings("unchecked")
    private static Codec<Object> erase(Codec<?> codec) {
        return (Codec<Object>) codec;
    }

    private int add(SpillTable table, String name) throws Exception {
        Name key = new Name(name);
        return (Integer) table.merge(
                key, KeyTable.hash(key), 1, (left, right) -> (Object) ((Integer) left + (Integer) right), undo);
    }

    private void assertRefused(SpillTable table, String name, String other) {
        assertThatThrownBy(() -> add(table, name))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USER_CONFIG))
                .hasMessageContainingAll("'" + name + "'", "'" + other + "'", "state 'names'", "codec 'name'");
    }

    @Test
    void inMemory() throws Exception {
        SpillTable table = table(1 << 20);
        add(table, "Abc");
        assertRefused(table, "ABC", "Abc");
        assertThat(add(table, "Abc")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 500})
    void inTheStore(int others) throws Exception {
        SpillTable table = table(400);
        add(table, "Abc");
        for (int i = 0; i < others; i++) {
            add(table, "other " + i);
        }
        assertRefused(table, "ABC", "Abc");
        assertThat(add(table, "Abc")).isEqualTo(2);
        Name loaded = new Name("OTHER 0");
        assertThatThrownBy(() -> table.put(loaded, KeyTable.hash(loaded), 7)).hasMessageContaining("'other 0'");
    }

    @Test
    void ofManyInTheStoreSomeAreKnown() throws Exception {
        SpillTable table = table(400);
        for (int i = 0; i < 20_000; i++) {
            add(table, "key " + i);
        }
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            try {
                add(table, "KEY " + i);
            } catch (MillraceException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(100, 5_000);
    }

    @Test
    void aKeyThatWasRemovedMayComeBackInAnotherForm() throws Exception {
        SpillTable table = table(400);
        for (int i = 0; i < 50; i++) {
            add(table, "key " + i);
        }
        Name key = new Name("key 3");
        table.remove(key, KeyTable.hash(key));
        assertThat(add(table, "Key 3")).isEqualTo(1);
    }

    private static void assertStopped(
            Function<PairDStream<Name, Integer>, DStream<?>> operator, String name, String... settings) {
        List<Pair<Name, Integer>> others = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            others.add(Pair.of(new Name("other " + i), 1));
        }
        StreamHarness harness = StreamHarness.of("out", in -> operator.apply(in.pairs("in", NAMES, Codecs.INT)))
                .batches("in", List.of(Pair.of(new Name("Abc"), 1)), others, List.of(Pair.of(new Name("ABC"), 1)));
        for (int i = 0; i < settings.length; i += 2) {
            harness.set(settings[i], settings[i + 1]);
        }
        assertThatThrownBy(harness::run).hasMessageContainingAll(name, "'ABC'", "'Abc'", "equal bytes");
    }

    private static final StateSpec<Name, Integer> STATE = StateSpec.named("names", NAMES, Codecs.INT);

    @Test
    void aProgramWithAStoreIsStoppedAndToldOperatorAndKey() {
        assertStopped(
                pairs -> pairs.runningReduce(STATE, Integer::sum),
                "runningReduce",
                "state.store",
                "heap",
                "state.memory",
                "4KiB");
    }

    @Test
    void soIsAProgramWhoseStateIsInMemory() {
        assertStopped(pairs -> pairs.runningReduce(STATE, Integer::sum), "runningReduce");
        assertStopped(
                pairs -> pairs.mapWithState(STATE, (name, one, state) -> {
                    state.update(state.find().orElse(0) + 1);
                    return name;
                }),
                "mapWithState");
        assertStopped(
                pairs -> pairs.reduceByKeyAndWindow(
                        STATE, Window.of(Duration.ofSeconds(5)), Integer::sum, (all, gone) -> all - gone),
                "reduceByKeyAndWindow");
    }
}
