// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import java.time.Duration;

/**
 * Says when a segment that works had better be left for another one: it has lost a datanode, or has been slow for a
 * while. Guarded by the writer's monitor.
 */
final class Health {
    private static final long SLOW_NANOS = Duration.ofMillis(250).toNanos();
    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int SLOW_PER_MINUTE = 100;

    private final int replication;
    private int replicas;
    private long lowRollAt;
    private boolean lowRolled;
    private long windowFrom;
    private int slow;

    Health(int replication) {
        this.replication = replication;
    }

    /** A segment was begun. */
    void begun(int withReplicas, long now) {
        replicas = withReplicas;
        windowFrom = now;
        slow = 0;
    }

    /**
     * A sync has succeeded.
     *
     * @return whether the segment should be left: at once when a datanode was lost, and once a minute while there are too
     *     few, so that a cluster that has no more is not asked for them with every sync
     */
    boolean ailing(long tookNanos, int withReplicas, long now) {
        boolean lost = withReplicas < replicas;
        replicas = withReplicas;
        boolean low = withReplicas < replication && (lost || !lowRolled || now - lowRollAt > MINUTE_NANOS);
        if (low) {
            lowRolled = true;
            lowRollAt = now;
        }
        return low || slow(tookNanos, now);
    }

    private boolean slow(long tookNanos, long now) {
        if (now - windowFrom > MINUTE_NANOS) {
            windowFrom = now;
            slow = 0;
        }
        if (tookNanos > SLOW_NANOS) {
            slow++;
        }
        return slow >= SLOW_PER_MINUTE;
    }
}
