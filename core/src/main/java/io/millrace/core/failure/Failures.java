// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.failure;

import io.millrace.api.ErrorCode;
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
     * Whether the same would fail again until something is changed: what an error says by its code, and what the JVM may
     * not go on from, also as the cause of another. Whatever else was thrown may heal.
     */
    public static boolean isHopeless(@Nullable Throwable thrown) {
        return (thrown instanceof MillraceException known && !known.code().retriable()) || isOfJvm(thrown);
    }

    /** Whether the JVM may be unable to go on. An overflow of the stack is no such thing: it is over once it is caught. */
    private static boolean isOfJvm(@Nullable Throwable thrown) {
        Throwable next = thrown;
        for (int i = 0; i < CAUSES && next != null; i++) {
            if (next instanceof VirtualMachineError) {
                return !(next instanceof StackOverflowError);
            }
            next = causeOf(next);
        }
        return false;
    }

    /** Whether memory was short, also where that is the cause of another error. */
    public static boolean isOutOfMemory(@Nullable Throwable thrown) {
        Throwable next = thrown;
        for (int i = 0; i < CAUSES && next != null; i++) {
            if (next instanceof OutOfMemoryError) {
                return true;
            }
            next = causeOf(next);
        }
        return false;
    }

    /** The cause, or null if there is none or it cannot be had. */
    public static @Nullable Throwable causeOf(Throwable thrown) {
        try {
            return thrown.getCause();
        } catch (Throwable e) {
            return null;
        }
    }

    /** Whether a function of the program threw it, and not the engine or a plugin. */
    public static boolean isOfProgram(Throwable thrown) {
        return !(thrown instanceof MillraceException known) || known.code() == ErrorCode.USER_CODE;
    }

    /**
     * Whether the program can do without what an error befell, if it says so: not if memory is short though what the
     * function had is free again, nor if there are too many threads or classes. Takes some memory for a moment if there
     * was too little.
     */
    public static boolean isSurvivable(Throwable thrown) {
        if (!isOfJvm(thrown)) {
            return true;
        }
        Throwable error = thrown;
        for (int i = 0; i < CAUSES && error != null && !(error instanceof VirtualMachineError); i++) {
            error = causeOf(error);
        }
        return error instanceof OutOfMemoryError && !isOfSystem(message(error)) && hasMemory();
    }

    private static boolean isOfSystem(String message) {
        return message.startsWith("unable to create")
                || message.contains("etaspace")
                || message.contains("class space");
    }

    /** Whether a 64th of the heap can be had. */
    private static boolean hasMemory() {
        try {
            int piece = (int)
                    Math.min(1 << 20, Math.max(1 << 10, Runtime.getRuntime().maxMemory() >> 12));
            byte[][] pieces = new byte[64][];
            for (int i = 0; i < pieces.length; i++) {
                pieces[i] = new byte[piece];
            }
            return pieces[pieces.length - 1] != null;
        } catch (OutOfMemoryError e) {
            return false;
        }
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

    /**
     * An element as text, of at most so many characters. The element is code of the program: its text may throw, be null,
     * or overflow the stack.
     */
    public static String shown(@Nullable Object element, int most) {
        String text;
        try {
            text = String.valueOf((Object) String.valueOf(element));
        } catch (Throwable e) {
            text = "an element of " + className(element) + " whose toString() throws " + text(e);
        }
        return text.length() <= most ? text : text.substring(0, most) + "…";
    }

    private static String className(@Nullable Object element) {
        return element == null ? "null" : element.getClass().getName();
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
