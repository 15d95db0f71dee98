// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.compare;

import io.millrace.benchmarks.system.BareBytes;
import io.millrace.benchmarks.system.BarePoll;
import io.millrace.benchmarks.system.BareSlices;
import io.millrace.benchmarks.system.BareStrings;
import io.millrace.benchmarks.system.MillraceDirect;
import io.millrace.benchmarks.system.MillraceReliable;
import io.millrace.benchmarks.system.MillraceReliableInMemory;
import io.millrace.benchmarks.system.MillraceViews;
import java.util.Locale;

/** The systems that can be compared, by the names that the command line has for them. */
enum Contender {
    /** Only the poll, on one thread: no system can be faster. */
    POLL_1(BarePoll.class, 1, Kind.LIMIT),
    /** Only the poll, on two threads. */
    POLL_2(BarePoll.class, 2, Kind.LIMIT),
    /** What one would write by hand, on one thread. */
    BARE_1(BareStrings.class, 1, Kind.BARE_STRINGS),
    /** What one would write by hand, on two threads. */
    BARE_2(BareStrings.class, 2, Kind.BARE_STRINGS),
    /** Keyed by slices of a copy of each record, on one thread. */
    BARE_BYTES_1(BareBytes.class, 1, Kind.BARE_SLICES),
    /** Keyed by slices of a copy of each record, on two threads. */
    BARE_BYTES_2(BareBytes.class, 2, Kind.BARE_SLICES),
    /** Keyed by slices of the fetched buffer, on one thread. */
    BARE_SLICES_1(BareSlices.class, 1, Kind.BARE_SLICES),
    /** Keyed by slices of the fetched buffer, on two threads. */
    BARE_SLICES_2(BareSlices.class, 2, Kind.BARE_SLICES),
    /** Millrace's direct stream on strings; every batch committed durably. */
    MILLRACE_DIRECT(MillraceDirect.class, 2, Kind.ENGINE),
    /** Millrace's direct stream on record views; every batch committed durably. */
    MILLRACE_VIEWS(MillraceViews.class, 2, Kind.ENGINE),
    /** Millrace's reliable receiver on strings: every record through the log as well. */
    MILLRACE_RELIABLE(MillraceReliable.class, 2, Kind.ENGINE),
    /** The same with its logs in memory: what being durable costs is the difference. */
    MILLRACE_RELIABLE_MEM(MillraceReliableInMemory.class, 2, Kind.ENGINE),
    /** Spark's direct stream on strings; nothing of it durable. */
    SPARK_DIRECT("SparkDirect", 2);

    /** What a contender's figures say. */
    enum Kind {
        /** It does not even give the answer. */
        LIMIT,
        /** The best of these is the measure of every system. */
        BARE_STRINGS,
        /** The best of these is the measure of systems on record views. */
        BARE_SLICES,
        /** A stream engine. */
        ENGINE,
        /** A stream engine that others wrote. */
        PEER
    }

    private final String mainClass;
    private final int parallelism;
    private final Kind kind;

    Contender(Class<?> main, int parallelism, Kind kind) {
        this.mainClass = main.getName();
        this.parallelism = parallelism;
        this.kind = kind;
    }

    Contender(String mainOnSpark, int parallelism) {
        this.mainClass = mainOnSpark;
        this.parallelism = parallelism;
        this.kind = Kind.PEER;
    }

    SystemUnderTest system() {
        return kind == Kind.PEER
                ? SystemUnderTest.onSpark(toString(), mainClass)
                : SystemUnderTest.here(toString(), mainClass);
    }

    int parallelism() {
        return parallelism;
    }

    Kind kind() {
        return kind;
    }

    @Override
    public final String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
