// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import io.millrace.api.Batch;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;

/**
 * Makes the elements of a new batch of the batches that several streams have at the same time.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface TransformAllFunction<R> extends Serializable {
    Iterable<? extends R> apply(Instant batchTime, List<Batch<?>> batches) throws Exception;
}
