// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The frames that the store has at present, those that it gave back because it could not take them yet, and empty ones
 * to be used again. Thread-safe.
 */
final class Frames {
    private final int maxInFlight;
    private final Deque<Batch> refused = new ArrayDeque<>();
    private final Deque<Batch> spare = new ArrayDeque<>();
    private int inFlight;
    private long durable;
    private boolean witnessed = true;

    Frames(int maxInFlight) {
        this.maxInFlight = maxInFlight;
    }

    /** One that was used before, if there is one. */
    synchronized @Nullable Batch spare() {
        return spare.poll();
    }

    /** A frame goes to the store. */
    synchronized void handOver() {
        inFlight++;
    }

    /** A frame became durable; without entries it vouches for those before it. */
    synchronized void durable(boolean withoutEntries) {
        durable++;
        witnessed = withoutEntries;
    }

    /** Everybody who waited for a frame was told; it can be used again. */
    synchronized void done(Batch batch) {
        inFlight--;
        spare.push(batch);
    }

    /** The store gave a frame back; it goes before those that come back behind it. */
    synchronized void refuse(Batch batch) {
        if (batch.again) {
            refused.addFirst(batch);
        } else {
            refused.addLast(batch);
        }
        inFlight--;
    }

    /** The first of those that came back, which counts as under way from now on. */
    synchronized @Nullable Batch nextRefused() {
        Batch first = refused.poll();
        if (first != null) {
            inFlight++;
        }
        return first;
    }

    synchronized boolean anyRefused() {
        return !refused.isEmpty();
    }

    synchronized boolean idle() {
        return inFlight == 0;
    }

    synchronized boolean hasSlot() {
        return inFlight < maxInFlight;
    }

    /** How many frames became durable so far. */
    synchronized long durable() {
        return durable;
    }

    /** Whether a frame behind the last entries says that they are durable. */
    synchronized boolean witnessed() {
        return witnessed;
    }
}
