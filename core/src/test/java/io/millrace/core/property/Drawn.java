// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.property;

import java.util.Set;

/** What random programs are made of. {@code -Dmillrace.test.pipelines.without=downtimes,versions} leaves some of it out. */
final class Drawn {
    /** Operators with a state or a memory of their own behind one that slides. */
    static final boolean BEHIND_SLIDES = on("behind-slides");

    /** Windows over event time. */
    static final boolean EVENT_TIME = on("event-time");

    /** Several versions of a program, with other numbers of partitions. */
    static final boolean VERSIONS = on("versions");

    /** Windows that have another length, slide, or inverse in the next version. */
    static final boolean CHANGED_WINDOWS = on("changed-windows");

    /** Windows with an inverse that leave batches out, and show keys whose values have left. */
    static final boolean LEFT_OUT = on("left-out");

    /** Snapshots of the states after 4 KiB of changes, and keys long enough for them. */
    static final boolean SNAPSHOTS = on("snapshots");

    /** Times at which the program is down. */
    static final boolean DOWNTIMES = on("downtimes");

    private Drawn() {}

    private static boolean on(String what) {
        return !Set.of(System.getProperty("millrace.test.pipelines.without", "").split(","))
                .contains(what);
    }
}
