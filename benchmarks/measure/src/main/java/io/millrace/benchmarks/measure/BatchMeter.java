// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.measure;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/** Measures batches in this process. All methods may be called by any thread. */
public final class BatchMeter {
    private final BatchTask task;
    private final CountDownLatch done = new CountDownLatch(1);
    private final double[] millis;
    private int batches;
    private double cpuAtStart;
    private double cpuAtEnd;

    /** Starts to measure. */
    public BatchMeter(BatchTask task) {
        this.task = task;
        this.millis = new double[task.measured()];
    }

    /** Tells that the next batch with records is done, and how long it took. */
    public synchronized void completed(double tookMillis) {
        int place = batches - task.warmUp();
        batches++;
        if (place >= 0 && place < millis.length) {
            millis[place] = tookMillis;
        }
        if (batches == task.warmUp()) {
            cpuAtStart = ThisJvm.cpuSeconds();
        } else if (batches == task.batches()) {
            cpuAtEnd = ThisJvm.cpuSeconds();
            done.countDown();
        }
    }

    /** Ends the wait for batches that will not come. */
    public void giveUp() {
        done.countDown();
    }

    /** Waits until every batch is done. */
    public void await() throws InterruptedException {
        done.await();
        synchronized (this) {
            if (batches < task.batches()) {
                throw new IllegalStateException(
                        String.format(Locale.ROOT, "only %d of %d batches were done", batches, task.batches()));
            }
        }
    }

    /** Prints the result; nothing that is measured may still run. */
    public synchronized void report(long checksum, double heapBytesPerKey) {
        double[] sorted = millis.clone();
        Arrays.sort(sorted);
        ThisJvm.report(new BatchResult(
                sorted[sorted.length / 2],
                sorted[Math.min(sorted.length - 1, sorted.length * 99 / 100)],
                (cpuAtEnd - cpuAtStart) * 1e3 / task.measured(),
                heapBytesPerKey,
                checksum));
    }
}
