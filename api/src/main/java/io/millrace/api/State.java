// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The state of one key, as a function of {@code mapWithState} sees it (Spark: {@code State}). Valid during the call only.
 * A state object is not changed in place: make a new one and {@link #update} it.
 *
 * @param <S> the state's type
 * @since 0.1
 */
public interface State<S> {
    /** Whether the key has a state. */
    boolean exists();

    /**
     * The state.
     *
     * @throws NoSuchElementException if the key has none
     */
    S get();

    /** The state, if the key has one. */
    Optional<S> find();

    /**
     * Sets the state.
     *
     * @throws IllegalArgumentException if it was removed in this call, or the key is timing out
     */
    void update(S state);

    /**
     * Removes the key.
     *
     * @throws IllegalArgumentException if it was removed in this call already, or the key is timing out
     */
    void remove();

    /** Whether the function is called because the key was idle for too long; its state is removed afterwards. */
    boolean isTimingOut();
}
