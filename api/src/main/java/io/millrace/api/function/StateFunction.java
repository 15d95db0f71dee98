// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import io.millrace.api.State;
import java.io.Serializable;
import java.util.Optional;

/**
 * Takes one value of a key, sees and changes the state of the key, and makes one element. The value is empty when the key
 * is timing out.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface StateFunction<K, V, S, R> extends Serializable {
    R apply(K key, Optional<V> value, State<S> state) throws Exception;
}
