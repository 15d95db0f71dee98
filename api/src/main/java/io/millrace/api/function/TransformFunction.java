// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import io.millrace.api.Batch;
import java.io.Serializable;
import java.time.Instant;

/**
 * Makes the elements of a new batch of a whole batch.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface TransformFunction<T, R> extends Serializable {
    Iterable<? extends R> apply(Instant batchTime, Batch<T> batch) throws Exception;
}
