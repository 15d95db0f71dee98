// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.operator;

import io.millrace.api.Batch;
import io.millrace.api.BatchId;
import io.millrace.api.function.RecordConsumer;
import java.util.ArrayList;
import java.util.List;

/** The elements of one batch of a stream, in memory. */
public final class BatchData implements Batch<Object> {
    private final BatchId id;
    private final List<List<Object>> partitions;

    public BatchData(BatchId id, List<List<Object>> partitions) {
        this.id = id;
        this.partitions = partitions;
    }

    @Override
    public BatchId id() {
        return id;
    }

    @Override
    public int partitions() {
        return partitions.size();
    }

    @Override
    public long count() {
        long count = 0;
        for (List<Object> partition : partitions) {
            count += partition.size();
        }
        return count;
    }

    @Override
    public void forEach(RecordConsumer<? super Object> consumer) throws Exception {
        for (int p = 0; p < partitions.size(); p++) {
            forEach(p, consumer);
        }
    }

    @Override
    public void forEach(int partition, RecordConsumer<? super Object> consumer) throws Exception {
        for (Object element : partitions.get(partition)) {
            consumer.accept(element);
        }
    }

    @Override
    public List<Object> collect() {
        List<Object> all = new ArrayList<>((int) Math.min(Integer.MAX_VALUE - 8, count()));
        partitions.forEach(all::addAll);
        return all;
    }

    @Override
    public List<Object> take(int n) {
        List<Object> some = new ArrayList<>();
        for (List<Object> partition : partitions) {
            some.addAll(partition.subList(0, Math.min(partition.size(), n - some.size())));
        }
        return some;
    }
}
