// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.sink;

import java.io.IOException;
import java.util.function.Consumer;

/**
 * What happens to a process at each step that a sink takes: in the process that a {@link SinkCrashes} starts, the step
 * of a given name ends the process as {@code kill -9} would, or holds it until it is told to go on; everywhere else
 * steps mean nothing. Thread-safe.
 *
 * @since 0.1
 */
public final class SinkSteps implements Consumer<String> {
    static final String TRACE = "millrace.test.trace";
    static final String HALT_AT = "millrace.test.halt-at";
    static final String PAUSE_AT = "millrace.test.pause-at";
    /** How often the step is taken before it is the one. */
    static final String AFTER = "millrace.test.after";

    private final boolean trace = Boolean.getBoolean(TRACE);
    private final String haltAt = System.getProperty(HALT_AT, "");
    private final String pauseAt = System.getProperty(PAUSE_AT, "");
    private int left = Integer.getInteger(AFTER, 0);

    private SinkSteps() {}

    /** What this process was started for. */
    public static SinkSteps ofThisProcess() {
        return new SinkSteps();
    }

    /** A step is about to be taken. */
    @Override
    public synchronized void accept(String step) {
        if (trace) {
            say("step " + step);
        }
        if ((step.equals(haltAt) || step.equals(pauseAt)) && left-- == 0) {
            if (step.equals(haltAt)) {
                say("halt " + step);
                Runtime.getRuntime().halt(137);
            }
            say("pause " + step);
            awaitLine();
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static void awaitLine() {
        try {
            int next = System.in.read();
            while (next != '\n' && next != -1) {
                next = System.in.read();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
