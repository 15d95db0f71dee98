// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a directory is listed: after its time changed, and now and then all the same. However many names it has, listing it
 * takes a tenth of a thread's time at most. For one thread.
 */
final class ListingTimes {
    /** A name that comes within so long of a change may leave the directory's time as it is: file systems round it. */
    private static final long COARSE = Duration.ofSeconds(2).toNanos();

    /** So long after a listing comes another one whatever the directory's time is. */
    private static final long AT_LATEST = Duration.ofSeconds(10).toNanos();

    private static final int PAUSE = 9;

    private @Nullable FileTime modified;
    private long sinceNanos;
    private boolean any;
    private long begunNanos;
    private long endedNanos;
    private boolean timeLies;

    /** Whether to list a directory that has this time. */
    boolean isDue(FileTime time, long now) {
        if (!time.equals(modified)) {
            modified = time;
            sinceNanos = now;
        }
        if (!any) {
            return true;
        }
        boolean mayDiffer = timeLies || isFresh() || now - begunNanos >= AT_LATEST;
        return mayDiffer && now - endedNanos >= PAUSE * (endedNanos - begunNanos);
    }

    /** Whether the time had stood for so short when the directory was listed that the listing may be without a name. */
    private boolean isFresh() {
        return begunNanos - sinceNanos < COARSE;
    }

    /**
     * It was listed. If a listing has other names than the one before, and the time did not change, the file system keeps no such
     * times: the directory is then listed as often as may be.
     *
     * @param time the directory's time after that
     * @param changed whether it had other names than the one before
     * @return whether something may have changed in the directory
     */
    boolean listed(long begun, long ended, FileTime time, boolean changed) {
        timeLies |= any && changed && !isFresh() && time.equals(modified);
        any = true;
        begunNanos = begun;
        endedNanos = ended;
        return changed || isFresh();
    }
}
