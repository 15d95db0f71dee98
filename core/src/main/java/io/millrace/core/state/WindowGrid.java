// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.core.ledger.StateDefinition;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When a window is seen, and what is in it then. All in milliseconds.
 *
 * @param length how far it reaches back
 * @param slide how often it is seen
 */
record WindowGrid(long length, long slide) {
    private static final String LENGTH = "length";
    private static final String SLIDE = "slide";

    /** The grid that a definition has; null if it has none. */
    static @Nullable WindowGrid of(StateDefinition definition) {
        String length = definition.parameters().get(LENGTH);
        String slide = definition.parameters().get(SLIDE);
        return length == null || slide == null ? null : new WindowGrid(Long.parseLong(length), Long.parseLong(slide));
    }

    /** How it stands in a definition. */
    Map<String, String> parameters() {
        return Map.of(LENGTH, Long.toString(length), SLIDE, Long.toString(slide));
    }

    /** Whether the window is seen at a batch time. */
    boolean due(long batchTime) {
        return batchTime % slide == 0;
    }

    /** Whether a pane is in no window that is seen at {@code now} or later. */
    boolean left(long pane, long now) {
        return pane <= gone(now);
    }

    /** The last time of which a pane is in no window that is seen at {@code now} or later. */
    long gone(long now) {
        long next = Math.floorDiv(now + slide - 1, slide) * slide;
        return next - length;
    }
}
