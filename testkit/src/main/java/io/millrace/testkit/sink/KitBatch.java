// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.sink;

import io.millrace.api.Batch;
import io.millrace.api.BatchId;
import io.millrace.api.function.RecordConsumer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A batch of the kit: elements in memory, and something that happens in the middle of reading them. */
final class KitBatch implements Batch<Object> {
    private static final Instant BEGIN = Instant.parse("2000-01-01T00:00:00Z");
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final BatchId id;
    private final List<List<Object>> partitions;
    private final Middle middle;

    private KitBatch(BatchId id, List<List<Object>> partitions, Middle middle) {
        this.id = id;
        this.partitions = partitions;
        this.middle = middle;
    }

    /** The time of the nth batch. */
    static Instant time(int batch) {
        return BEGIN.plus(INTERVAL.multipliedBy(batch));
    }

    static BatchId id(String output, long epoch, int batch, int attempt) {
        return new BatchId(SinkContext.PROGRAM, epoch, time(batch), INTERVAL, output, attempt);
    }

    static KitBatch of(BatchId id, List<List<Object>> partitions) {
        return new KitBatch(id, partitions, () -> {});
    }

    /** The same batch; half of the elements of its last partition are read before {@code happening}, half after it. */
    KitBatch withInTheMiddle(Middle happening) {
        return new KitBatch(id, partitions, happening);
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
        return partitions.stream().mapToLong(List::size).sum();
    }

    @Override
    public void forEach(RecordConsumer<? super Object> consumer) throws Exception {
        for (int partition = 0; partition < partitions.size(); partition++) {
            forEach(partition, consumer);
        }
    }

    @Override
    public void forEach(int partition, RecordConsumer<? super Object> consumer) throws Exception {
        List<Object> elements = partitions.get(partition);
        for (int i = 0; i < elements.size(); i++) {
            if (partition == partitions.size() - 1 && i == elements.size() / 2) {
                middle.happen();
            }
            consumer.accept(elements.get(i));
        }
    }

    @Override
    public List<Object> collect() {
        List<Object> all = new ArrayList<>();
        partitions.forEach(all::addAll);
        return all;
    }

    @Override
    public List<Object> take(int n) {
        return collect().subList(0, Math.min(n, (int) count()));
    }

    /** What happens in the middle. */
    @FunctionalInterface
    interface Middle {
        void happen() throws Exception;
    }
}
