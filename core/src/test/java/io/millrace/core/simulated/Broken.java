// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulated;

import io.millrace.core.ledger.Fact;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.log.CommitLog;
import io.millrace.spi.wal.WalPosition;
import java.util.Map;
import java.util.TreeMap;
import java.util.WeakHashMap;

/** What planted bugs do in the place of what is right. */
public final class Broken {
    private static final long AGE_NANOS = 40_000_000;
    private static final Map<CommitLog, TreeMap<Long, WalPosition>> ENDS = new WeakHashMap<>();

    private Broken() {}

    /** Tells of a fact what is true only when it is durable. */
    public static void tellAtOnce(Ledger ledger, Fact fact, Runnable durable) {
        durable.run();
        ledger.append(fact, () -> {});
    }

    /** Frees what is old, whoever needs it. */
    public static void trimByAge(CommitLog log, WalPosition notNeeded) {
        TreeMap<Long, WalPosition> ends = ENDS.computeIfAbsent(log, any -> new TreeMap<>());
        long now = System.nanoTime();
        ends.put(now, log.end());
        Map.Entry<Long, WalPosition> old = ends.floorEntry(now - AGE_NANOS);
        if (old != null) {
            log.trim(old.getValue());
        }
    }
}
