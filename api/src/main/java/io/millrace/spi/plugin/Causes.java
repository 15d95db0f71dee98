// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was thrown and its causes. Exceptions are code of anybody: causes may go round in a circle, be endless, or throw
 * when they are asked for. Thread-safe.
 *
 * @since 0.1
 */
public final class Causes {
    private static final int MOST = 64;

    private Causes() {}

    /** What was thrown, its cause, and so on; 64 at most. Never throws. */
    public static List<Throwable> of(Throwable thrown) {
        List<Throwable> all = new ArrayList<>(4);
        @Nullable Throwable next = thrown;
        while (next != null && all.size() < MOST) {
            all.add(next);
            next = causeOf(next);
        }
        return all;
    }

    /** The first of a type among what was thrown and its causes. */
    public static <T extends Throwable> Optional<T> first(Throwable thrown, Class<T> type) {
        return of(thrown).stream().filter(type::isInstance).map(type::cast).findFirst();
    }

    /** The last cause of all. */
    public static Throwable deepest(Throwable thrown) {
        List<Throwable> all = of(thrown);
        return all.get(all.size() - 1);
    }

    private static @Nullable Throwable causeOf(Throwable thrown) {
        try {
            return thrown.getCause();
        } catch (Throwable e) { // as an exception of a program may
            return null;
        }
    }
}
