// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

/**
 * Takes the pairs that a {@link PairFlatMapFunction} makes. Valid during the call only, on its thread.
 *
 * @since 0.1
 */
public interface PairEmitter<K, V> {
    /**
     * Emits one pair.
     *
     * @throws Exception what an operator after this one fails with. The task fails with it, also if the function catches it
     */
    void emit(K key, V value) throws Exception;
}
