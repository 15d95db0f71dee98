// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverContext;
import io.millrace.spi.receiver.ReceiverProvider;
import io.millrace.testkit.KitContext;
import io.millrace.testkit.internal.RealClock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One receiver, called as an engine calls it: one call at a time, on a thread of the engine's, which is given up when a
 * call does not return. Used by one thread.
 */
final class ReceiverRun {
    /** Beyond its deadline, how long a stop may take. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final KitContext plugin;
    private final SimulatedEngine engine;
    private final Breaches breaches = new Breaches();
    private final Receiver receiver;
    private final Duration prompt;
    private final Duration patience;
    private final ExecutorService calls = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, RealClock.THREADS + "engine");
        thread.setDaemon(true);
        return thread;
    });

    ReceiverRun(
            ReceiverProvider provider, KitContext plugin, SimulatedEngine engine, Duration prompt, Duration patience) {
        this.plugin = plugin;
        this.engine = engine;
        this.prompt = prompt;
        this.patience = patience;
        this.receiver = new CheckedReceiver(provider.create(plugin), provider.guarantee(), breaches);
    }

    Breaches breaches() {
        return breaches;
    }

    KitContext plugin() {
        return plugin;
    }

    /** Starts it; throws what it throws. */
    void start() throws Exception {
        ReceiverContext context = engine.next();
        try {
            call("start", "R-08", patience, () -> {
                receiver.start(context);
                return null;
            });
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception known ? known : e;
        }
    }

    void pause() {
        engine.pause();
        promptly("pause", receiver::pause);
    }

    /** Pauses the receiver alone, and goes on to take what it appends: an engine that would not notice. */
    void pauseReceiver() {
        promptly("pause", receiver::pause);
    }

    void resume() {
        engine.resume();
        promptly("resume", receiver::resume);
    }

    void durable(DurableMark mark) {
        promptly("durable", () -> receiver.durable(mark));
    }

    /** Stops it; a breach of R-08 if that takes longer than it may. */
    void stop(Duration deadline) {
        Duration limit = deadline.plus(GRACE).plus(prompt);
        try {
            call("stop within " + deadline.toMillis() + " ms", "R-08", limit, () -> {
                receiver.stop(deadline);
                return null;
            });
        } catch (ExecutionException e) {
            breaches.add("R-08", "stop threw " + e.getCause());
        }
    }

    private void promptly(String name, Runnable body) {
        try {
            call(name, "R-06", prompt, () -> {
                body.run();
                return null;
            });
        } catch (ExecutionException e) {
            breaches.add("R-06", name + " threw " + e.getCause());
        }
    }

    private void call(String name, String clause, Duration limit, Callable<Void> body) throws ExecutionException {
        Future<Void> done = calls.submit(body);
        try {
            done.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            done.cancel(true);
            breaches.add(clause, name + " did not return for " + limit.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + name, e);
        }
    }

    /** Gives it up, after a test. */
    void abandon() {
        calls.shutdownNow();
        plugin.close();
    }
}
