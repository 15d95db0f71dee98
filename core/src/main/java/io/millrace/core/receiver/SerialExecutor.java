// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.receiver;

import io.millrace.core.failure.Failures;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one at a time, in order, on the threads that bring them: who comes first also runs what others bring
 * meanwhile, and nobody waits. So state that only such tasks touch needs no lock, and cannot be part of a deadlock. Tasks
 * are short and never block.
 */
final class SerialExecutor implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(SerialExecutor.class);

    private final Consumer<Throwable> onFailure;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    /** Runs tasks; {@code onFailure} is told what one throws, which stops no other. */
    SerialExecutor(Consumer<Throwable> onFailure) {
        this.onFailure = onFailure;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (waiting.getAndIncrement() == 0) {
            do {
                Runnable next = tasks.poll();
                if (next != null) {
                    run(next);
                }
            } while (waiting.decrementAndGet() > 0);
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            onFailure.accept(e);
            Failures.error(LOG, "A step of a receiver's supervisor failed", e);
        }
    }
}
