// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import io.millrace.api.function.RecordConsumer;
import java.util.List;

/**
 * The immutable, partitioned data of one batch at rest (Spark: RDD), as an output function sees it. It is valid until
 * the function returns; what is to be kept must be copied by then. A batch may be read any number of times, from any
 * thread.
 *
 * @param <T> the element type
 * @since 0.1
 */
public interface Batch<T> {
    /** Which batch, of which program, in which attempt: what an exactly-once output stores beside its rows. */
    BatchId id();

    /** How many partitions the data has; zero when the batch had no input at all. */
    int partitions();

    /** The number of elements in all partitions. */
    long count();

    /** Whether no partition holds an element. */
    default boolean isEmpty() {
        return count() == 0;
    }

    /** Passes every element to {@code consumer}, partition by partition, on the calling thread. */
    void forEach(RecordConsumer<? super T> consumer) throws Exception;

    /** Passes every element of one partition to {@code consumer}, on the calling thread. */
    void forEach(int partition, RecordConsumer<? super T> consumer) throws Exception;

    /** Returns all elements in one list; only for results known to be small. */
    List<T> collect();

    /** Returns at most {@code n} elements, from the first partitions that have any. */
    List<T> take(int n);
}
