// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

/**
 * Keyed windows over event time: each key and window once, when the watermark has passed the window's end, and again for
 * each batch that brings something late which is still allowed.
 *
 * @param <K> the key's type
 * @param <V> the type of the values that come in
 * @param <A> what they come to
 * @since 0.1
 */
public interface EventTimeDStream<K, V, A> extends PairDStream<K, WindowedValue<A>> {
    /**
     * The pairs that no window takes, unchanged: pairs that came too late for every window of theirs, and pairs whose event
     * time is further ahead than {@link EventTime#maxAhead}.
     */
    PairDStream<K, V> lateRecords();
}
