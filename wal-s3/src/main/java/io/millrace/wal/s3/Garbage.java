// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Objects that are of no use any more, removed a thousand at a time on a thread of the store. What cannot be removed is
 * tried again with the next ones; what is left when the process ends is found by the next open. Thread-safe.
 */
final class Garbage {
    static final Logger LOG = LoggerFactory.getLogger(Garbage.class);

    private static final int MOST_HELD = 100_000;

    private final Bucket bucket;
    private final Calls calls;
    private final S3Meters meters;
    private final Deque<String> waiting = new ArrayDeque<>();
    private boolean running;

    Garbage(Bucket bucket, Calls calls, S3Meters meters) {
        this.bucket = bucket;
        this.calls = calls;
        this.meters = meters;
    }

    void remove(Collection<String> keys) {
        synchronized (this) {
            if (waiting.size() + keys.size() > MOST_HELD) {
                LOG.warn("{} objects cannot be removed now; the next start removes them", keys.size());
            } else {
                waiting.addAll(keys);
            }
            if (running || waiting.isEmpty()) {
                return;
            }
            running = true;
        }
        calls.start(this::run);
    }

    private void run() {
        List<String> failed = new ArrayList<>();
        List<String> page = nextPage(failed);
        while (!page.isEmpty()) {
            try {
                failed.addAll(bucket.delete(page));
            } catch (RuntimeException e) {
                LOG.debug("cannot remove {} objects, such as '{}'", page.size(), page.get(0), e);
                failed.addAll(page);
            }
            page = nextPage(failed);
        }
    }

    private synchronized List<String> nextPage(List<String> failed) {
        List<String> page = new ArrayList<>();
        while (page.size() < Bucket.PAGE && !waiting.isEmpty()) {
            page.add(waiting.remove());
        }
        if (page.isEmpty()) {
            running = false;
            if (!failed.isEmpty()) {
                meters.undeleted(failed.size());
                waiting.addAll(failed);
            }
        }
        return page;
    }
}
