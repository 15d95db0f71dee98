// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.core.call.Patient;
import io.millrace.core.failure.Failures;
import io.millrace.core.watch.Sighting;
import io.millrace.core.watch.Watched;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a start has opened so far; closed in the opposite order, whether the start failed half-way or the program ends.
 * One that fails to close does not keep the others open. Thread-safe.
 */
public final class Resources implements AutoCloseable, Watched {
    private static final Logger LOG = LoggerFactory.getLogger(Resources.class);

    private final Deque<Resource> opened = new ArrayDeque<>();
    private volatile @Nullable Closing closing;

    /** Takes on closing {@code resource}. */
    public synchronized <R extends AutoCloseable> R add(String name, R resource) {
        opened.push(new Resource(name, resource));
        return resource;
    }

    /** Closes everything, and waits as long as each wants to. */
    @Override
    public void close() {
        close(null);
    }

    /**
     * Closes everything, whatever goes wrong; an error of the JVM is thrown when all of it was tried.
     *
     * @param patience how long all together may wait for what does not return; each may have half of what is left of it.
     *     Null to let each wait as long as it wants to
     */
    void close(@Nullable Duration patience) {
        long end = System.nanoTime() + (patience == null ? 0 : patience.toNanos());
        Error broken = null;
        while (true) {
            Resource next;
            synchronized (this) {
                next = opened.poll();
            }
            if (next == null) {
                break;
            }
            closing = new Closing(next, Thread.currentThread());
            try {
                if (patience != null && next.closeable instanceof Patient patient) {
                    patient.close(Duration.ofNanos(
                            Math.min(Patient.PATIENCE.toNanos(), Math.max(0, (end - System.nanoTime()) / 2))));
                } else {
                    next.closeable.close();
                }
            } catch (Exception | LinkageError e) {
                Failures.warn(LOG, "closing {} failed: {}", next.name, Failures.text(e), e);
            } catch (Error e) {
                Failures.warn(LOG, "closing {} failed: {}", next.name, Failures.text(e));
                broken = broken == null ? e : broken;
            }
        }
        closing = null;
        if (broken != null) {
            throw broken;
        }
    }

    @Override
    public void look(Consumer<Sighting> into) {
        Closing now = closing;
        if (now != null) {
            into.accept(Sighting.of("stopping, which closes " + now.resource.name, now, now.thread));
        }
    }

    private record Closing(Resource resource, Thread thread) {}

    private record Resource(String name, AutoCloseable closeable) {}
}
