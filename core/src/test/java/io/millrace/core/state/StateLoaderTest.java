// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.StateSpec;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import io.millrace.api.codec.Codecs;
import io.millrace.core.log.LogHandle;
import io.millrace.core.table.KeyPartitioner;
import io.millrace.core.table.KeyTable;
import io.millrace.spi.wal.WalPosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A state is the same however many threads read it. */
class StateLoaderTest {
    private static final int PARTITIONS = 3;

    private final List<byte[]> log = new ArrayList<>();
    private final List<LogHandle> handles = new ArrayList<>();
    private final Map<String, Long> expected = new HashMap<>();
    private final AtomicLong read = new AtomicLong();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void laterChunksCountWhoeverReadsThem(int threads) {
        long seed = new Random().nextLong();
        write(new Random(seed));
        RunningReduceState state = state();
        try (StateLoader loader = new StateLoader(threads, 0, Thread::new, read::addAndGet)) {
            loader.load(state, handles, handle -> log.get((int) handle.at().offset()));
        }
        assertThat(contents(state)).as("seed %d", seed).isEqualTo(expected);
        assertThat(read).hasValue(handles.stream().mapToLong(LogHandle::length).sum());
    }

    @Test
    void whatCannotBeReadFailsAndNothingGoesOn() {
        write(new Random(7));
        RunningReduceState state = state();
        try (StateLoader loader = new StateLoader(3, 0, Thread::new, read::addAndGet)) {
            assertThatThrownBy(() -> loader.load(state, handles, handle -> {
                        if (handle.at().offset() == 11) {
                            throw new IllegalStateException("damaged");
                        }
                        return log.get((int) handle.at().offset());
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("damaged");
        }
    }

    private static RunningReduceState state() {
        RunningReduceState state =
                new RunningReduceState(erase(StateSpec.named("counts", Codecs.STRING, Codecs.LONG)), (a, b) -> a);
        state.partition(PARTITIONS);
        return state;
    }

    @SuppressWarnings("unchecked")
    private static StateSpec<Object, Object> erase(StateSpec<?, ?> spec) {
        return (StateSpec<Object, Object>) spec;
    }

    @SuppressWarnings("unchecked")
    private static Codec<Object> erase(Codec<?> codec) {
        return (Codec<Object>) codec;
    }

    private void write(Random random) {
        for (int chunk = 0; chunk < 200; chunk++) {
            ChunkWriter out = new ChunkWriter("counts", erase(Codecs.STRING), erase(Codecs.LONG), false, chunk);
            for (int i = random.nextInt(40); i >= 0; i--) {
                String key = "key " + random.nextInt(500);
                if (random.nextInt(4) == 0) {
                    out.remove(key);
                    expected.remove(key);
                } else {
                    long value = random.nextLong();
                    out.put(key, value);
                    expected.put(key, value);
                }
            }
            for (StateChunk made : out.finish()) {
                ByteWriter bytes = made.bytes();
                handles.add(new LogHandle(new WalPosition(1, log.size()), bytes.size(), 0));
                log.add(bytes.toByteArray());
            }
        }
    }

    private static Map<String, Long> contents(RunningReduceState state) {
        Map<String, Long> contents = new HashMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            int expected = partition;
            state.partitionTable(partition).forEach((key, hash, value) -> {
                assertThat(KeyPartitioner.partition(KeyTable.hash(key), PARTITIONS))
                        .isEqualTo(expected);
                contents.put((String) key, (Long) value);
            });
        }
        return contents;
    }
}
