// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import io.millrace.api.Batch;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/** What the outputs of a {@link RecordedLife} got, each batch's elements as sorted lines; holds outputs if it is asked to. */
final class OutputLines {
    private final Map<String, Map<Instant, List<String>>> lines = new TreeMap<>();
    private final CountDownLatch never = new CountDownLatch(1);
    private final Instant heldFrom;
    private long accumulated;

    /** From the batch {@code heldFrom} on, no output returns. */
    OutputLines(Instant heldFrom) {
        this.heldFrom = heldFrom;
    }

    void took(String output, Batch<?> batch) throws InterruptedException {
        Instant time = batch.id().batchTime();
        if (!time.isBefore(heldFrom)) {
            never.await();
        }
        List<String> sorted =
                batch.collect().stream().map(String::valueOf).sorted().toList();
        synchronized (this) {
            lines.computeIfAbsent(output, name -> new TreeMap<>()).put(time, sorted);
        }
    }

    synchronized void accumulated(long value) {
        accumulated = value;
    }

    /** What the accumulator was when a batch was last asked. */
    synchronized long accumulated() {
        return accumulated;
    }

    /** By output and batch time, those of batches after {@code time}. */
    synchronized Map<String, Map<Instant, List<String>>> after(Instant time) {
        Map<String, Map<Instant, List<String>>> after = new TreeMap<>();
        lines.forEach((output, batches) -> {
            Map<Instant, List<String>> later = new TreeMap<>(batches);
            later.keySet().removeIf(each -> !each.isAfter(time));
            after.put(output, later);
        });
        return after;
    }

    /** The last batch of an output. */
    synchronized List<String> last(String output) {
        return new TreeMap<>(lines.getOrDefault(output, Map.of())).lastEntry().getValue();
    }
}
