// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.core.ledger.StateDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a start does to a window that was another one in the version before, for people. */
final class WindowChange {
    private WindowChange() {}

    /**
     * Says it.
     *
     * @param inverse whether the window has an inverse function now
     * @return one sentence for each thing that changes; none if nothing does
     */
    static List<String> of(@Nullable StateDefinition stored, WindowGrid now, boolean inverse) {
        WindowGrid before = stored == null ? null : WindowGrid.of(stored);
        if (stored == null || before == null) {
            return inverse
                    ? List.of(
                            "its window of before was not recorded: totals are made anew from the batches in the window")
                    : List.of();
        }
        List<String> changes = new ArrayList<>();
        if (now.length() < before.length()) {
            changes.add(changed("length", now.length(), before.length()) + ": what is older is dropped");
        } else if (now.length() > before.length()) {
            changes.add(changed("length", now.length(), before.length())
                    + ": what was dropped before stays gone, so that the first windows may have less");
        }
        if (now.slide() != before.slide()) {
            changes.add(changed("slide", now.slide(), before.slide()) + ": from its first multiple on");
        }
        boolean had = KeyWindowState.inverse(stored);
        if (had && !inverse) {
            changes.add("no inverse any more: its totals are dropped");
        } else if (inverse && (!had || !changes.isEmpty())) {
            changes.add((had ? "" : "an inverse, had none: ") + "totals are made anew from the batches in the window");
        }
        return changes;
    }

    private static String changed(String what, long now, long before) {
        return what + " " + Duration.ofMillis(now) + ", was " + Duration.ofMillis(before);
    }
}
