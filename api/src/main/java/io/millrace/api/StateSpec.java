// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import io.millrace.api.codec.Codec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a stateful operator keeps, and how: the name that identifies it for ever, how keys and states are written to the
 * state's log, and options. Immutable: each method returns another one.
 *
 * @param <K> the key's type
 * @param <S> the state's type
 * @since 0.1
 */
public final class StateSpec<K, S> {
    private final String name;
    private final Codec<K> keys;
    private final Codec<S> states;
    private final List<Pair<K, S>> initial;
    private final int partitions;
    private final Optional<Duration> timeout;
    private final List<String> formerNames;

    private StateSpec(
            String name,
            Codec<K> keys,
            Codec<S> states,
            List<Pair<K, S>> initial,
            int partitions,
            Optional<Duration> timeout,
            List<String> formerNames) {
        this.name = Objects.requireNonNull(name, "name is null");
        this.keys = Objects.requireNonNull(keys, "keys is null");
        this.states = Objects.requireNonNull(states, "states is null");
        this.initial = initial;
        this.partitions = partitions;
        this.timeout = timeout;
        this.formerNames = formerNames;
    }

    /**
     * Names a state.
     *
     * @param name unique in the program; a program that declares another name starts empty and leaves the old state
     *     where it is
     * @param keys how keys are written
     * @param states how states are written
     */
    public static <K, S> StateSpec<K, S> named(String name, Codec<K> keys, Codec<S> states) {
        return new StateSpec<>(name, keys, states, List.of(), 0, Optional.empty(), List.of());
    }

    /** What the state holds before the first batch ever; has no effect on a state that the checkpoint knows. */
    public StateSpec<K, S> initial(Iterable<Pair<K, S>> entries) {
        List<Pair<K, S>> copy = new ArrayList<>();
        entries.forEach(copy::add);
        return new StateSpec<>(name, keys, states, List.copyOf(copy), partitions, timeout, formerNames);
    }

    /**
     * Into how many partitions the keys are divided; as many as tasks run at once if it is not set. May be another
     * number after a restart.
     */
    public StateSpec<K, S> partitions(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("state '" + name + "' in " + count + " partitions: give at least 1");
        }
        return new StateSpec<>(name, keys, states, initial, count, timeout, formerNames);
    }

    /**
     * Removes a key that had no value for {@code idle}, in batch time; only for {@code mapWithState}, whose function is
     * then called once with {@link State#isTimingOut()}. The time for which the program was down does not count. A million
     * years at most, which stand for anything longer.
     */
    public StateSpec<K, S> timeout(Duration idle) {
        if (idle.isNegative() || idle.isZero()) {
            throw new IllegalArgumentException(
                    "state '" + name + "' with a timeout of " + idle + ": give a positive one");
        }
        return new StateSpec<>(
                name,
                keys,
                states,
                initial,
                partitions,
                Optional.of(Durations.atMost(Durations.LONGEST, idle)),
                formerNames);
    }

    /**
     * Says what the state was called before: when the checkpoint has none of its name, that of the first of these which
     * it has is taken over, and written anew under the new name with the next batch. What is stored under the old name
     * stays as it was, for a version of the program that declares it, until it is {@code forgotten}.
     */
    public StateSpec<K, S> formerly(String... names) {
        return new StateSpec<>(name, keys, states, initial, partitions, timeout, List.of(names));
    }

    /** The names that it had, the latest first. */
    public List<String> formerNames() {
        return formerNames;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** How keys are written. */
    public Codec<K> keys() {
        return keys;
    }

    /** How states are written. */
    public Codec<S> states() {
        return states;
    }

    /** What it holds at first. */
    public List<Pair<K, S>> initial() {
        return initial;
    }

    /** How many partitions were asked for; 0 if none were. */
    public int partitions() {
        return partitions;
    }

    /** After how long an idle key is removed. */
    public Optional<Duration> timeout() {
        return timeout;
    }
}
