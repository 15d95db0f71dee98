// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.fault;

import io.millrace.benchmarks.measure.ThisJvm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A program with a large state and a large backlog.
 *
 * @param phase what this process is for
 * @param checkpoint where its logs are
 * @param keys how many keys its state has
 * @param backlogBytes how many bytes of records wait when it is killed
 */
record RecoveryTask(Phase phase, Path checkpoint, int keys, long backlogBytes) {
    /** The size of a record. */
    private static final int RECORD_BYTES = 200;

    /** Digits of a key, at the front of each record. */
    private static final int KEY_BYTES = 8;

    /** Prime, so that each key comes once before any comes again. */
    private static final long STEP = 7_919;

    /** What a process is for. */
    enum Phase {
        /** Make the state, then the backlog, and wait to be killed. */
        FILL,
        /** Start and work it off. */
        RECOVER,
        /** Read and check the checkpoint without starting. */
        VERIFY,
        /** Do the same work as RECOVER from a receiver, with nothing that waits. */
        STEADY
    }

    static RecoveryTask ofThisJvm() {
        return new RecoveryTask(
                Phase.valueOf(ThisJvm.property("phase")),
                Path.of(ThisJvm.property("checkpoint")),
                Integer.parseInt(ThisJvm.property("keys")),
                Long.parseLong(ThisJvm.property("backlog-bytes")));
    }

    RecoveryTask phase(Phase next, Path place) {
        return new RecoveryTask(next, place, keys, backlogBytes);
    }

    /** How many records there are in all: each key once, and the backlog. */
    long records() {
        return keys + backlogRecords();
    }

    /** A record; the first of them have each key once. */
    byte[] record(long number) {
        byte[] key = String.format(Locale.ROOT, "%08d", number * STEP % keys).getBytes(StandardCharsets.US_ASCII);
        return Arrays.copyOf(key, RECORD_BYTES);
    }

    /** The key of a record's text. */
    static String key(String record) {
        return record.substring(0, KEY_BYTES);
    }

    long backlogRecords() {
        return backlogBytes / RECORD_BYTES;
    }

    List<String> jvmArguments() {
        return List.of(
                ThisJvm.argument("phase", phase),
                ThisJvm.argument("checkpoint", checkpoint),
                ThisJvm.argument("keys", keys),
                ThisJvm.argument("backlog-bytes", backlogBytes));
    }
}
