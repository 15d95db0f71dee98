// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What one partition of a window holds: a pane for each batch that brought anything and that a window of now or later
 * reaches, in order of time.
 *
 * @param <T> what a batch brought
 */
final class Panes<T> {
    private final WindowGrid grid;
    private final TreeMap<Long, Pane<T>> panes = new TreeMap<>();

    Panes(WindowGrid grid) {
        this.grid = grid;
    }

    /**
     * A pane.
     *
     * @param time the batch
     * @param content what it brought
     */
    record Pane<T>(long time, T content) {}

    /** All of them, the oldest first. */
    Collection<Pane<T>> all() {
        return panes.values();
    }

    /** The content of a batch's pane, which is made if there is none. Batches may come in any order. */
    T at(long time, Supplier<T> empty) {
        return panes.computeIfAbsent(time, made -> new Pane<>(made, empty.get())).content;
    }

    /** Lets those go that are in no window from a batch on; returns them, the oldest first. */
    List<Pane<T>> leave(long batchTime) {
        List<Pane<T>> left = new ArrayList<>();
        for (Map.Entry<Long, Pane<T>> first = panes.firstEntry();
                first != null && grid.left(first.getKey(), batchTime);
                first = panes.firstEntry()) {
            left.add(first.getValue());
            panes.remove(first.getKey());
        }
        return left;
    }

    /** One batch's changes, which can be taken back. */
    final class Change {
        private final long batchTime;
        private List<Pane<T>> left = List.of();
        private boolean entered;

        Change(long batchTime) {
            this.batchTime = batchTime;
        }

        /** Lets those go that are in no window from this batch on. */
        List<Pane<T>> leave() {
            left = Panes.this.leave(batchTime);
            return left;
        }

        /**
         * Adds what the batch brought, unless no window will ever reach it.
         *
         * @return whether it was added
         */
        boolean enter(T content) {
            if (!grid.left(batchTime, batchTime)) {
                panes.put(batchTime, new Pane<>(batchTime, content));
                entered = true;
            }
            return entered;
        }

        void rollback() {
            if (entered) {
                panes.remove(batchTime);
            }
            left.forEach(pane -> panes.put(pane.time, pane));
        }
    }
}
