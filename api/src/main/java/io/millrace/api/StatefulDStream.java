// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

/**
 * What {@code mapWithState} makes: the elements that its function made, and on demand all of the state.
 *
 * @param <K> the key's type
 * @param <S> the state's type
 * @param <R> the element type
 * @since 0.1
 */
public interface StatefulDStream<K, S, R> extends DStream<R> {
    /** Every key with its state, in every batch, after the batch: its cost follows the keys held, not those touched. */
    PairDStream<K, S> stateSnapshots();
}
