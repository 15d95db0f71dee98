// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

/**
 * Takes the pairs that a {@link PairFlatMapFunction} makes. Valid during the call only, on its thread.
 *
 * @since 0.1
 */
public interface PairEmitter<K, V> {
    /** Emits one pair. */
    void emit(K key, V value) throws Exception;
}
