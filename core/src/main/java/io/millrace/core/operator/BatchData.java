// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.operator;

import io.millrace.api.Batch;
import io.millrace.api.BatchId;
import io.millrace.api.function.RecordConsumer;
import io.millrace.core.failure.Failures;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The elements of one batch of a stream, in memory. */
public final class BatchData implements Batch<Object> {
    private static final int CAUSES = 16;

    private final BatchId id;
    private final List<List<Object>> partitions;
    private volatile @Nullable Throwable failure;
    private volatile @Nullable Object failed;

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
            try {
                consumer.accept(element);
            } catch (Throwable thrown) {
                failed = element;
                failure = thrown;
                throw thrown;
            }
        }
    }

    /**
     * Says which element a function that was given this batch was passed when it threw, as the end of a phrase; nothing if
     * that is not known.
     */
    public String elementOf(Throwable thrown) {
        Throwable mine = failure;
        Throwable cause = thrown;
        for (int i = 0; i < CAUSES && cause != null && mine != null; i++) {
            if (cause == mine) {
                return ", element " + FunctionFailure.shown(failed);
            }
            cause = Failures.causeOf(cause);
        }
        return "";
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
