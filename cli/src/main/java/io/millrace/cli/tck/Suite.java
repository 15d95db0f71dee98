// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.listener.ListenerProvider;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.receiver.ReceiverProvider;
import io.millrace.spi.scheduler.SchedulerProvider;
import io.millrace.spi.sink.SinkProvider;
import io.millrace.spi.wal.WalStoreProvider;
import io.millrace.testkit.bench.DirectBench;
import io.millrace.testkit.bench.ReceiverBench;
import io.millrace.testkit.bench.SinkBench;
import io.millrace.testkit.bench.TestBench;
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
 * @param bench the kind of bench that it needs; null if it needs none
 * @param trying how it is tried out, and which class of this package has its tests
 */
record Suite(
        String name,
        Class<? extends Provider> spi,
        String label,
        String letter,
        String specification,
        @Nullable Class<? extends TestBench> bench,
        Trying trying) {
    /** Of a plugin's files, whatever it provides. */
    static final Suite PACKAGING = new Suite(
            "packaging", Provider.class, "plugin", "P", "plugin-packaging", null, subject -> PackagingTck.class);

    /** Every suite for providers, in the order in which they run. */
    static final List<Suite> OF_PROVIDERS = List.of(
            new Suite("wal", WalStoreProvider.class, "log store", "W", "wal-store", null, Trying::store),
            new Suite("scheduler", SchedulerProvider.class, "scheduler", "J", "scheduler", null, Trying::scheduler),
            new Suite(
                    "receiver",
                    ReceiverProvider.class,
                    "receiver",
                    "R",
                    "receiver",
                    ReceiverBench.class,
                    Trying::receiver),
            new Suite(
                    "direct",
                    DirectSourceProvider.class,
                    "direct source",
                    "R",
                    "receiver",
                    DirectBench.class,
                    Trying::direct),
            new Suite("sink", SinkProvider.class, "sink", "S", "sink", SinkBench.class, Trying::sink),
            new Suite("listener", ListenerProvider.class, "listener", "L", "listener", null, Trying::listener));

    /** Whether there is anything to say about a clause: those of one plugin alone are not others' contract. */
    boolean covers(String clause) {
        int number = number(clause);
        return switch (name) {
            case "packaging" -> number < 30; // the others bind the host
            case "receiver" -> number < 20;
            case "direct" -> number >= 20 && number < 30;
            case "listener" -> number < 20; // the others bind the engine
            default -> true;
        };
    }

    /**
     * Why a clause has no test in a class of tests.
     *
     * @param tests the class that was run
     */
    String whyUntested(Class<?> tests, String clause) {
        if (tests == PushReceiverTck.class) {
            return "binds receivers that promise positions or tokens; this one promises nothing";
        }
        boolean ofResumable = number(clause) >= 20;
        if (tests == TransactionalSinkTck.class && ofResumable) {
            return "binds sinks that prepare and finish; this one has a transaction of its own";
        }
        if (tests == ResumableSinkTck.class && !ofResumable && number(clause) >= 10) {
            return "binds sinks with a transaction of their own; this one prepares and finishes";
        }
        return "the kit has no test of it";
    }

    /** What is missing if no bench is there. */
    String withoutBench() {
        String where = name.equals("sink") ? "sink" : "receiver";
        return "needs a bench that " + (name.equals("sink") ? "sees what is at the target" : "feeds the source")
                + ": give one with --bench (docs/conformance.md says how to write it), or, in the plugin's own build,"
                + " extend a class of io.millrace.testkit." + where;
    }

    private static int number(String clause) {
        return Integer.parseInt(clause.substring(clause.indexOf('-') + 1));
    }

    /** Every suite. */
    static List<Suite> all() {
        List<Suite> all = new ArrayList<>(List.of(PACKAGING));
        all.addAll(OF_PROVIDERS);
        return all;
    }
}
