// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

/**
 * When a window is seen, and what is in it then. All in milliseconds.
 *
 * @param length how far it reaches back
 * @param slide how often it is seen
 */
record WindowGrid(long length, long slide) {
    /** Whether the window is seen at a batch time. */
    boolean due(long batchTime) {
        return batchTime % slide == 0;
    }

    /** Whether a pane is in no window that is seen at {@code now} or later. */
    boolean left(long pane, long now) {
        long next = Math.floorDiv(now + slide - 1, slide) * slide;
        return pane <= next - length;
    }
}
