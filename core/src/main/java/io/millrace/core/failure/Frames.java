// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.failure;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stack traces without the frames of the library that puts the engine together, which say nothing to who reads them. */
public final class Frames {
    private static final List<String> LEFT_OUT =
            List.of("com.google.inject.", "com.google.common.", "java.lang.reflect.", "jdk.internal.reflect.");

    private static final int CAUSES = 16;

    private Frames() {}

    /** Leaves such frames out of what was thrown and of its causes. Never throws. */
    public static void trim(Throwable thrown) {
        @Nullable Throwable next = thrown;
        for (int i = 0; i < CAUSES && next != null; i++) {
            StackTraceElement[] kept = Arrays.stream(next.getStackTrace())
                    .filter(frame -> LEFT_OUT.stream().noneMatch(frame.getClassName()::startsWith))
                    .toArray(StackTraceElement[]::new);
            next.setStackTrace(kept);
            next = Failures.causeOf(next);
        }
    }
}
