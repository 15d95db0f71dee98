// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/**
 * What one partition of a window holds: a pane for each batch that brought anything, in order of time.
 *
 * @param <T> what a batch brought
 */
final class Panes<T> {
    private final WindowGrid grid;
    private final Deque<Pane<T>> panes = new ArrayDeque<>();

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

    /** All of them. */
    Iterable<Pane<T>> all() {
        return panes;
    }

    /** The content of a batch's pane, which is made if there is none; batches come in order of time or again. */
    T at(long time, Supplier<T> empty) {
        for (Pane<T> pane : panes) {
            if (pane.time == time) {
                return pane.content;
            }
        }
        T made = empty.get();
        panes.addLast(new Pane<>(time, made));
        return made;
    }

    /** Forgets what the batches up to the last committed one have let go, after these panes were loaded. */
    void loaded(long lastCommitted) {
        panes.removeIf(pane -> pane.time < lastCommitted && grid.left(pane.time, lastCommitted));
    }

    /** One batch's changes, which can be taken back. */
    final class Change {
        private final long batchTime;
        private final List<Pane<T>> left = new ArrayList<>();
        private boolean entered;

        Change(long batchTime) {
            this.batchTime = batchTime;
        }

        /** Lets those go that are in no window from this batch on. */
        List<Pane<T>> leave() {
            while (!panes.isEmpty() && grid.left(panes.getFirst().time, batchTime)) {
                left.add(panes.removeFirst());
            }
            return left;
        }

        /** Adds what the batch brought. */
        void enter(T content) {
            panes.addLast(new Pane<>(batchTime, content));
            entered = true;
        }

        void rollback() {
            if (entered) {
                panes.removeLast();
            }
            for (int i = left.size() - 1; i >= 0; i--) {
                panes.addFirst(left.get(i));
            }
        }
    }
}
