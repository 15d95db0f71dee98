// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

/**
 * A key and its value. Both may be any type whose {@code equals} and {@code hashCode} are by value.
 *
 * @param <K> the key's type
 * @param <V> the value's type
 * @since 0.1
 */
public record Pair<K, V>(K key, V value) {
    /** Returns the pair of {@code key} and {@code value}. */
    public static <K, V> Pair<K, V> of(K key, V value) {
        return new Pair<>(key, value);
    }

    @Override
    public String toString() {
        return "(" + key + "," + value + ")";
    }
}
