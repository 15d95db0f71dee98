// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * Makes the new state of a key of its values in this batch, none if it was not touched, and of the state that it had. An
 * empty answer removes the key.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface UpdateFunction<V, S> extends Serializable {
    Optional<S> apply(List<V> values, Optional<S> state) throws Exception;
}
