// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.core.graph.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which grid times get a batch when ticks were missed. Only the newest one, unless a window is due before it that still
 * holds something, or that something that waits arrived in: no window that has anything to show is left out. After a downtime that means as many batches as the
 * windows reach back, and not one for each tick.
 */
final class BatchTimes {
    private final BatchGrid grid;
    private final List<Reach> windows;
    private final boolean every;

    /**
     * The times of a program.
     *
     * @param every whether each missed tick gets a batch, as in Spark
     */
    BatchTimes(BatchGrid grid, List<Reach> windows, boolean every) {
        this.grid = grid;
        this.windows = List.copyOf(windows);
        this.every = every;
    }

    /**
     * A window.
     *
     * @param length how far back in the inputs it reaches, in milliseconds
     * @param slide how often it is due, in milliseconds
     */
    record Reach(long length, long slide) {}

    /** The windows of a program; one over another reaches as far back as both together. */
    static List<Reach> windows(List<Node> nodes) {
        Map<Node, Long> reach = new HashMap<>();
        return nodes.stream()
                .filter(node -> {
                    long behind = node.parents().stream()
                            .mapToLong(parent -> reach.getOrDefault(parent, 0L))
                            .max()
                            .orElse(0);
                    long own = node instanceof Node.Stateful stateful
                            ? stateful.state().reach()
                            : 0;
                    reach.put(node, behind + own);
                    return own > 0;
                })
                .map(node -> new Reach(reach.getOrDefault(node, 0L), node.slide()))
                .toList();
    }

    /**
     * The next time to plan.
     *
     * @param lastPlanned the last that was
     * @param lastWithInput the last that read anything
     * @param firstArrival when the first of what waits arrived; {@link Long#MAX_VALUE} for nothing
     * @param tick the newest grid time that has passed, after {@code lastPlanned}
     */
    long next(long lastPlanned, long lastWithInput, long firstArrival, long tick) {
        if (lastPlanned == Long.MIN_VALUE) {
            return tick;
        }
        long next = every ? Math.min(tick, grid.after(lastPlanned)) : tick;
        for (Reach window : windows) {
            long due = Math.floorDiv(lastPlanned, window.slide) * window.slide + window.slide;
            if (due < next && due - window.length < lastWithInput) {
                next = due;
            }
            if (firstArrival < next) {
                next = Math.min(next, Math.max(due, -Math.floorDiv(-firstArrival, window.slide) * window.slide));
            }
        }
        return next;
    }
}
