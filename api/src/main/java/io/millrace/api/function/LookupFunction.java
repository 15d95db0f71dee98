// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import java.io.Serializable;
import java.util.Map;
import java.util.Set;

/**
 * Looks keys up in a table that is elsewhere. A key that is not there is left out.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface LookupFunction<K, W> extends Serializable {
    Map<K, W> apply(Set<K> keys) throws Exception;
}
