// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import java.util.List;

/**
 * When to look at which key again: by the time at which it will have been idle for long enough if nothing comes. A key is
 * not moved when something comes, only looked at once more, so that each costs one entry whatever its traffic.
 */
public interface Timers {
    /** Look at this key then. */
    void add(long at, Object key);

    /** The keys to look at by {@code now}, in order of their times, which are no longer here. */
    List<Object> due(long now);
}
