// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Reads and checks entries in the order of the log, each by whoever is free. What is little, the caller reads alone. */
final class EntryCheck {
    private static final long ALONE_BYTES = 4 << 20;

    private final LogReplay replay;
    private final List<LogHandle> entries;
    private final int type;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<@Nullable Failed> first = new AtomicReference<>();

    private record Failed(int entry, Throwable cause) {}

    EntryCheck(LogReplay replay, List<LogHandle> entries, int type) {
        this.replay = replay;
        this.type = type;
        this.entries = new ArrayList<>(entries);
        this.entries.sort(Comparator.comparing(LogHandle::at));
    }

    /** Throws what is wrong with the first entry that is damaged. */
    void run(int threads) {
        long bytes = entries.stream().mapToLong(LogHandle::length).sum();
        List<Thread> others = new ArrayList<>();
        for (int i = 1; i < threads && bytes > ALONE_BYTES; i++) {
            Thread other = new Thread(this::work, "millrace-check-" + i);
            other.setDaemon(true);
            other.start();
            others.add(other);
        }
        work();
        others.forEach(Joining::join);
        Failed failed = first.get();
        if (failed == null) {
            return;
        }
        if (failed.cause instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) failed.cause;
    }

    /** Checks entries until there are none, or none before the first that is damaged. */
    private void work() {
        byte[] scratch = new byte[0];
        for (int i = next.getAndIncrement(); i < entries.size() && !failedBefore(i); i = next.getAndIncrement()) {
            try {
                scratch = replay.check(entries.get(i), type, scratch);
            } catch (RuntimeException | Error e) {
                Failed failed = new Failed(i, e);
                first.accumulateAndGet(failed, (a, b) -> a == null || (b != null && b.entry < a.entry) ? b : a);
            }
        }
    }

    private boolean failedBefore(int entry) {
        Failed failed = first.get();
        return failed != null && failed.entry < entry;
    }
}
