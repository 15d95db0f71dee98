// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An {@link UpdateFunction} that is also told the batch time and the key.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface TimedUpdateFunction<K, V, S> extends Serializable {
    Optional<S> apply(Instant batchTime, K key, List<V> values, Optional<S> state) throws Exception;
}
