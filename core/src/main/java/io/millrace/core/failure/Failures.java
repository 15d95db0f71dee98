// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.failure;

import io.millrace.api.MillraceException;
import io.millrace.api.PlainText;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Names what was thrown, in messages and in logs. An exception may be code of the program: its message may throw, have no
 * end, or need more memory than there is, and its causes may form a circle. None of that may reach the thread that reports
 * it, since other threads wait for what that thread does next. Nothing here throws.
 */
public final class Failures {
    /** So many characters of a message are shown. */
    static final int SHOWN = 16 << 10;

    /** So many causes of causes are shown. */
    private static final int CAUSES = 64;

    private Failures() {}

    /**
     * Whether the same would fail again until something is changed: what an error says by its code, and what the JVM
     * cannot go on from. Whatever else was thrown may heal.
     */
    public static boolean isHopeless(@Nullable Throwable thrown) {
        return thrown instanceof VirtualMachineError
                || (thrown instanceof MillraceException known && !known.code().retriable());
    }

    /** What {@link Throwable#toString()} should have said, in one {@linkplain PlainText plain} line of a page or two. */
    public static String text(@Nullable Throwable thrown) {
        if (thrown == null) {
            return "null";
        }
        try {
            return cut(String.valueOf(thrown.toString()));
        } catch (Throwable e) {
            return name(thrown) + " (whose message cannot be had)";
        }
    }

    /** What {@link Throwable#getMessage()} should have said, in one {@linkplain PlainText plain} line of a page or two. */
    public static String message(Throwable thrown) {
        try {
            return cut(String.valueOf(thrown.getMessage()));
        } catch (Throwable e) {
            return name(thrown) + " (whose message cannot be had)";
        }
    }

    private static String cut(String text) {
        return text.length() <= SHOWN
                ? PlainText.of(text)
                : PlainText.of(text.substring(0, SHOWN)) + "… (" + text.length() + " characters)";
    }

    private static String name(Throwable thrown) {
        return thrown.getClass().getName();
    }

    /** Something with the same stack trace that any logging library can print; {@code thrown} itself if that is so. */
    public static Throwable printable(Throwable thrown) {
        try {
            return isPrintable(thrown) ? thrown : new StandIn(thrown);
        } catch (Throwable e) {
            return new StandIn(thrown);
        }
    }

    private static boolean isPrintable(Throwable thrown) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable next = thrown; next != null; next = next.getCause()) {
            if (!seen.add(next) || seen.size() > CAUSES || !isPlain(next)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(Throwable thrown) {
        return isPlain(thrown.toString()) && isPlain(thrown.getLocalizedMessage());
    }

    /** A stack trace has many lines, and so may a message in it. */
    private static boolean isPlain(@Nullable String text) {
        return text == null
                || (text.length() <= SHOWN
                        && text.lines()
                                .map(line -> line.replace('\t', ' '))
                                .allMatch(line -> PlainText.of(line).equals(line)));
    }

    /** {@link Logger#warn(String, Object...)} that never throws. */
    public static void warn(Logger log, String format, @Nullable Object... arguments) {
        try {
            log.warn(format, shown(arguments));
        } catch (Throwable e) {
            unreported(e);
        }
    }

    /** {@link Logger#error(String, Object...)} that never throws. */
    public static void error(Logger log, String format, @Nullable Object... arguments) {
        try {
            log.error(format, shown(arguments));
        } catch (Throwable e) {
            unreported(e);
        }
    }

    private static @Nullable Object[] shown(@Nullable Object[] arguments) {
        @Nullable Object[] shown = arguments.clone();
        for (int i = 0; i < shown.length; i++) {
            if (shown[i] instanceof Throwable thrown) {
                boolean withStack = i == shown.length - 1;
                shown[i] = withStack ? printable(thrown) : text(thrown);
            }
        }
        return shown;
    }

    /** There is nobody left to tell. */
    private static void unreported(Throwable unused) {}

    /** Prints as another exception would, if that one could be printed. */
    private static final class StandIn extends Exception {
        private static final long serialVersionUID = 1L;

        StandIn(Throwable thrown) {
            super(text(thrown), null, false, true);
            setStackTrace(thrown.getStackTrace());
        }
    }
}
