// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.watch;

import io.millrace.api.PlainText;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says where threads are. */
final class Stacks {
    private static final int FRAMES = 12;
    private static final int HELPERS = 4;

    private Stacks() {}

    /** What is said of something that has made no progress for so long. */
    static String message(Sighting sighting, Duration stood) {
        StringBuilder message = new StringBuilder(256)
                .append(PlainText.of(sighting.subject()))
                .append(": no progress for ")
                .append(stood.toSeconds())
                .append(" s");
        String detail = sighting.detail().get();
        if (!detail.isEmpty()) {
            message.append("; ").append(PlainText.of(detail));
        }
        Thread thread = sighting.thread();
        if (thread != null) {
            append(message, thread, thread.getStackTrace());
        }
        if (sighting.helpers() != null) {
            appendHelpers(message, thread, sighting.helpers());
        }
        return message.toString();
    }

    private static void appendHelpers(StringBuilder message, @Nullable Thread not, String prefix) {
        int said = 0;
        for (Map.Entry<Thread, StackTraceElement[]> other :
                Thread.getAllStackTraces().entrySet()) {
            boolean helps = other.getKey() != not && other.getKey().getName().startsWith(prefix);
            if (helps && said < HELPERS && !waitsForWork(other.getValue())) {
                append(message, other.getKey(), other.getValue());
                said++;
            }
        }
    }

    private static boolean waitsForWork(StackTraceElement[] stack) {
        for (int i = 0; i < Math.min(stack.length, 6); i++) {
            String method = stack[i].getMethodName();
            if (method.equals("getTask") || method.equals("take") || method.equals("poll")) {
                return true;
            }
        }
        return false;
    }

    private static void append(StringBuilder message, Thread thread, StackTraceElement[] stack) {
        message.append("\nthread ")
                .append(PlainText.of(thread.getName()))
                .append(stack.length == 0 ? " is not running" : ":");
        for (int i = 0; i < Math.min(stack.length, FRAMES); i++) {
            message.append("\n\tat ").append(stack[i]);
        }
        if (stack.length > FRAMES) {
            message.append("\n\t...");
        }
    }
}
