// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.function.ReduceFunction;
import io.millrace.core.state.Panes.Pane;
import io.millrace.core.table.KeyTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What each key of a partition has in all of a window. What was stored is good for the window that it was stored for; for
 * another one it is made anew, so that it is what the panes in the new window are together.
 */
final class WindowTotals {
    private final ReduceFunction<Object> function;
    private final ReduceFunction<Object> inverse;

    WindowTotals(ReduceFunction<Object> function, ReduceFunction<Object> inverse) {
        this.function = function;
        this.inverse = inverse;
    }

    /** A key's total over the window, and in how many panes it is. */
    record Total(Object value, int panes) {
        Total entered(Object now) {
            return new Total(now, panes + 1);
        }

        Total left(Object now) {
            return new Total(now, panes - 1);
        }
    }

    /** Stored totals are those of these panes: counts for each key in how many it is. */
    static void count(KeyTable totals, Panes<KeyTable> panes) {
        for (Pane<KeyTable> pane : panes.all()) {
            pane.content().forEach((key, hash, value) -> {
                Total total = (Total) totals.find(key, hash);
                totals.put(key, hash, total == null ? new Total(value, 1) : total.entered(total.value));
            });
        }
    }

    /**
     * Totals of the panes that are in a window. A key that is in none of them and had a total keeps what is left of it.
     *
     * @param stored for another window; changed meanwhile
     * @param panes in the window
     * @param gone panes that the window does not reach, in order of time
     * @param until the last time of those that are not in what was stored; null if that is not known
     */
    KeyTable remade(KeyTable stored, Panes<KeyTable> panes, List<Pane<KeyTable>> gone, @Nullable Long until)
            throws Exception {
        KeyTable made = new KeyTable(16);
        for (Pane<KeyTable> pane : panes.all()) {
            pane.content().forEach((key, hash, value) -> {
                Total total = (Total) made.find(key, hash);
                made.put(
                        key,
                        hash,
                        total == null ? new Total(value, 1) : total.entered(function.apply(total.value, value)));
            });
        }
        for (Pane<KeyTable> pane : gone) {
            if (until == null || pane.time() > until) {
                pane.content().forEach((key, hash, value) -> {
                    Total total = (Total) stored.find(key, hash);
                    if (total != null && made.find(key, hash) == null) {
                        Object from = until == null ? value : total.value;
                        stored.put(key, hash, new Total(inverse.apply(from, value), 0));
                    }
                });
            }
        }
        stored.forEach((key, hash, total) -> made.putIfAbsent(key, hash, total));
        return made;
    }
}
