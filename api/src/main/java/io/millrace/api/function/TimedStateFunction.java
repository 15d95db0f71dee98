// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import io.millrace.api.State;
import java.io.Serializable;
import java.time.Instant;
import java.util.Optional;

/**
 * A {@link StateFunction} that is also told the batch time and need not make an element.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface TimedStateFunction<K, V, S, R> extends Serializable {
    Optional<R> apply(Instant batchTime, K key, Optional<V> value, State<S> state) throws Exception;
}
