// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.Pair;
import io.millrace.api.StateSpec;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.Codec;
import io.millrace.api.codec.Codecs;
import io.millrace.core.ledger.StateDefinition;
import io.millrace.core.operator.BatchParameters;
import io.millrace.core.operator.Operator;
import io.millrace.core.table.KeyPartitioner;
import io.millrace.core.table.KeyTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A window by key that restarts as itself or as another one shows what its batches add up to. Times are small numbers. */
class KeyWindowStateTest {
    private final List<StateChunk> log = new ArrayList<>();
    private final Map<Long, Map<String, Integer>> batches = new TreeMap<>();
    private KeyWindowState state = window(1, 1, false);
    private @Nullable StateDefinition stored;
    private int partitions = 1;
    private long now;

    /** The last time of which nothing is stored any more. */
    private long forgotten;

    private static KeyWindowState window(long length, long slide, boolean inverse) {
        return new KeyWindowState(
                "reduceByKeyAndWindow",
                erase(StateSpec.named("w", Codecs.STRING, Codecs.INT)),
                length,
                slide,
                (left, right) -> (Integer) left + (Integer) right,
                inverse ? (all, left) -> (Integer) all - (Integer) left : null,
                inverse ? pair -> !((Pair<?, ?>) pair).value().equals(0) : null);
    }

    @SuppressWarnings("unchecked")
    private static StateSpec<Object, Object> erase(StateSpec<?, ?> spec) {
        return (StateSpec<Object, Object>) spec;
    }

    @SuppressWarnings("unchecked")
    private static Codec<Object> erase(Codec<?> codec) {
        return (Codec<Object>) codec;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sumsAreThoseOfTheBatchesWhateverTheWindowWasBefore(boolean recorded) throws Exception {
        for (int round = 0; round < 300; round++) {
            long seed = new Random().nextLong();
            Random random = new Random(seed);
            log.clear();
            batches.clear();
            stored = null;
            now = 0;
            forgotten = 0;
            for (int version = 0; version < 6; version++) {
                long length = 1L + random.nextInt(6);
                long slide = 1L + random.nextInt(4);
                boolean same = version > 0 && random.nextInt(3) == 0;
                restart(same ? state : window(length, slide, random.nextBoolean()), 1 + random.nextInt(3), recorded);
                WindowGrid grid = grid();
                boolean remade = state.remade();
                for (int batch = random.nextInt(5); batch >= 0; batch--) {
                    now += random.nextInt(8) == 0 ? 3 : 1;
                    Map<String, Integer> input = new TreeMap<>();
                    for (int pair = random.nextInt(4); pair > 0; pair--) {
                        input.put("key-" + random.nextInt(8), 1 + random.nextInt(9));
                    }
                    batches.put(now, input);
                    Map<String, Integer> shown = run(input, remade || random.nextInt(6) == 0);
                    remade = false;
                    assertThat(shown)
                            .as("seed %d, version %d, batch %d, %s", seed, version, now, grid)
                            .isEqualTo(grid.due(now) ? expected(grid) : Map.of());
                }
            }
        }
    }

    /** Such a key was once counted in the total of a window that it was never in. */
    @Test
    void aTotalOfBeforeThatHoldsWhatNoWindowHasIsMadeAnew() throws Exception {
        ChunkWriter chunks = new ChunkWriter("w", erase(Codecs.STRING), erase(Codecs.INT), false, 1);
        chunks.put("key-1", 5);
        chunks.time(KeyWindowState.TOTALS);
        chunks.put("key-1", 5);
        log.addAll(chunks.finish());
        now = 1;
        restart(window(2, 3, true), 2, false);
        assertThat(run(Map.of(), true)).isEmpty();
        now = 3;
        assertThat(run(Map.of("key-2", 7), true)).isEqualTo(Map.of("key-2", 7));
    }

    private WindowGrid grid() {
        WindowGrid grid = WindowGrid.of(state.definition());
        assertThat(grid).isNotNull();
        return grid;
    }

    private Map<String, Integer> expected(WindowGrid grid) {
        Map<String, Integer> sums = new TreeMap<>();
        batches.forEach((time, input) -> {
            if (time > forgotten && time > now - grid.length()) {
                input.forEach((key, value) -> sums.merge(key, value, Integer::sum));
            }
        });
        return sums;
    }

    /** Starts on what is in the log. */
    private void restart(KeyWindowState next, int ofPartitions, boolean recorded) {
        StateDefinition definition = next.definition();
        state = window(
                Long.parseLong(definition.parameters().get("length")),
                Long.parseLong(definition.parameters().get("slide")),
                KeyWindowState.inverse(definition));
        partitions = ofPartitions;
        state.partition(partitions);
        state.stored(recorded ? stored : null, now);
        log.forEach(chunk -> state.load(new ByteReader(chunk.bytes().toByteArray())));
        state.loaded(now);
    }

    /** Runs the batch of now, in every partition; returns what it shows. */
    private Map<String, Integer> run(Map<String, Integer> input, boolean snapshot) throws Exception {
        Map<String, Integer> shown = new TreeMap<>();
        List<StateChunk> written = new ArrayList<>();
        BatchParameters batch = new BatchParameters(
                "program", 1, Duration.ofMillis(1), now, 0, now, Map.of(), snapshot ? Set.of("w") : Set.of());
        for (int partition = 0; partition < partitions; partition++) {
            int mine = partition;
            StateOperator operator = state.operator(
                    partition,
                    batch,
                    new Operator() {
                        @Override
                        public void push(Object key, Object value) {
                            shown.put((String) key, (Integer) value);
                        }
                    },
                    null);
            for (Map.Entry<String, Integer> pair : input.entrySet()) {
                if (KeyPartitioner.partition(KeyTable.hash(pair.getKey()), partitions) == mine) {
                    operator.push(pair.getKey(), pair.getValue());
                }
            }
            operator.end();
            written.addAll(operator.finish());
        }
        if (snapshot) {
            log.clear();
            forgotten = Math.max(forgotten, Math.min(now, grid().gone(now)));
        }
        log.addAll(written);
        if (snapshot || !written.isEmpty()) {
            stored = state.definition();
        }
        return shown;
    }
}
