// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.graph;

import java.util.List;

/** Where in the program an operator was declared: the nearest frame that is not the engine's or the API's. */
final class CallSite {
    private static final List<String> OWN =
            List.of("io.millrace.core.graph.", "io.millrace.core.context.", "io.millrace.api.");

    private CallSite() {}

    /** For example {@code WordCount.java:31}. */
    static String find() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> OWN.stream().noneMatch(frame.getClassName()::startsWith))
                        .findFirst())
                .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
                .orElse("unknown place");
    }
}
