// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.watch;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that is under way and ought to come to an end or to make progress.
 *
 * @param subject what it is, for people; the same as long as it is the same thing
 * @param mark changes, by {@code equals}, whenever it makes progress
 * @param detail what more there is to say of it when it does not; empty for nothing
 * @param thread the thread that does it; null if nobody knows
 * @param helpers how the names of other threads begin that it may be waiting for; null for none
 */
public record Sighting(
        String subject,
        Object mark,
        Supplier<String> detail,
        @Nullable Thread thread,
        @Nullable String helpers) {
    /** What one thread is at. */
    public static Sighting of(String subject, Object mark, @Nullable Thread thread) {
        return new Sighting(subject, mark, () -> "", thread, null);
    }
}
