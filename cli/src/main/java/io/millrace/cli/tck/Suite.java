// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.receiver.ReceiverProvider;
import io.millrace.spi.scheduler.SchedulerProvider;
import io.millrace.spi.sink.SinkProvider;
import io.millrace.spi.wal.WalStoreProvider;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A suite of the kit, and how it is run from outside of a plugin's build.
 *
 * @param name what {@code --suites} calls it
 * @param spi whose providers it is for
 * @param label what a person calls one of those
 * @param letter of its clauses
 * @param specification the file of {@code docs/spec} that has them
 * @param tests a class of this package that gets its {@link Subject} from {@link SubjectResolver}; null if nobody can run
 *     the suite from outside
 * @param otherwise what a plugin's own build extends, if {@code tests} is null
 */
record Suite(
        String name,
        Class<? extends Provider> spi,
        String label,
        String letter,
        String specification,
        @Nullable Class<?> tests,
        String otherwise) {
    /** Of a plugin's files, whatever it provides. */
    static final Suite PACKAGING =
            new Suite("packaging", Provider.class, "plugin", "P", "plugin-packaging", PackagingTck.class, "");

    private static final String SOURCE = "needs something to receive; in the plugin's own build, extend ";

    /** Every suite for providers, in the order in which they run. */
    static final List<Suite> OF_PROVIDERS = List.of(
            new Suite("wal", WalStoreProvider.class, "log store", "W", "wal-store", WalStoreTck.class, ""),
            new Suite("scheduler", SchedulerProvider.class, "scheduler", "J", "scheduler", SchedulerTck.class, ""),
            new Suite(
                    "receiver",
                    ReceiverProvider.class,
                    "receiver",
                    "R",
                    "receiver",
                    null,
                    SOURCE + "a class of io.millrace.testkit.receiver"),
            new Suite(
                    "direct",
                    DirectSourceProvider.class,
                    "direct source",
                    "R",
                    "receiver",
                    null,
                    SOURCE + "a class of io.millrace.testkit.receiver"),
            new Suite(
                    "sink",
                    SinkProvider.class,
                    "sink",
                    "S",
                    "sink",
                    null,
                    "needs to see what is at the target; in the plugin's own build, extend a class of"
                            + " io.millrace.testkit.sink"));

    /** Whether there is anything to say about a clause: those of one plugin alone are not others' contract. */
    boolean covers(String clause) {
        int number = Integer.parseInt(clause.substring(clause.indexOf('-') + 1));
        return switch (name) {
            case "packaging" -> number < 30; // the others bind the host
            case "receiver" -> number < 20;
            case "direct" -> number >= 20 && number < 30;
            default -> true;
        };
    }

    /** Every suite. */
    static List<Suite> all() {
        List<Suite> all = new ArrayList<>(List.of(PACKAGING));
        all.addAll(OF_PROVIDERS);
        return all;
    }
}
