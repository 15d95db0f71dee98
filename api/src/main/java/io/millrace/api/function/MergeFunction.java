// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import java.io.Serializable;

/**
 * Takes a value into what was combined so far, which it may change and return.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface MergeFunction<C, V> extends Serializable {
    C apply(C combined, V value) throws Exception;
}
