// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import io.millrace.api.Batch;
import java.io.Serializable;
import java.time.Instant;

/**
 * Makes the elements of a new batch of the batches that two streams have at the same time.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface TransformWithFunction<T, U, R> extends Serializable {
    Iterable<? extends R> apply(Instant batchTime, Batch<T> left, Batch<U> right) throws Exception;
}
