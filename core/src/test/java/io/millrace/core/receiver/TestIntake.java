// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.receiver;

import io.millrace.api.source.Position;
import io.millrace.core.block.BlockReader;
import io.millrace.core.block.PartitionSlice;
import io.millrace.core.block.SealedBlock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An engine that admits every block at once, unless told otherwise. */
final class TestIntake implements Intake {
    private final Map<String, Position> positions = new HashMap<>();
    private final List<Throwable> defects = new ArrayList<>();
    private final List<String> values = new ArrayList<>();
    private final List<Long> incarnations = new ArrayList<>();
    private final List<SealedBlock> blocks = new ArrayList<>();
    private long last;
    private RuntimeException failure;

    @Override
    public synchronized long nextIncarnation(String stream) {
        return ++last;
    }

    @Override
    public synchronized Map<String, Position> positions(String stream) {
        return Map.copyOf(positions);
    }

    @Override
    public synchronized void begin(String stream, Map<String, Position> starts) {
        starts.forEach(positions::putIfAbsent);
    }

    @Override
    public synchronized void block(String stream, long incarnation, SealedBlock block) {
        if (failure != null) {
            RuntimeException thrown = failure;
            failure = null;
            throw thrown;
        }
        for (PartitionSlice slice : block.slices()) {
            if (!slice.from().equals(positions.get(slice.partition()))) {
                throw new IllegalStateException(slice + " does not continue " + positions);
            }
            positions.put(slice.partition(), slice.until());
        }
        try {
            BlockReader.forEach(block.bytes(), 0, block.length(), record -> values.add(record.valueUtf8()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        incarnations.add(incarnation);
        blocks.add(block);
    }

    @Override
    public synchronized void broken(String stream, Throwable defect) {
        defects.add(defect);
    }

    /** What the supervisor threw where it should not. */
    synchronized List<Throwable> defects() {
        return List.copyOf(defects);
    }

    /** Makes the next block fail. */
    synchronized void failOnce(RuntimeException thrown) {
        failure = thrown;
    }

    synchronized List<String> values() {
        return List.copyOf(values);
    }

    /** Of each block, which incarnation built it. */
    synchronized List<Long> incarnations() {
        return List.copyOf(incarnations);
    }

    synchronized List<SealedBlock> blocks() {
        return List.copyOf(blocks);
    }

    synchronized Position position(String partition) {
        return positions.get(partition);
    }
}
