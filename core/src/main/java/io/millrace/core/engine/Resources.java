// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.core.watch.Sighting;
import io.millrace.core.watch.Watched;
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

    /** Closes everything, whatever goes wrong; an error of the JVM is thrown when all of it was tried. */
    @Override
    public void close() {
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
                next.closeable.close();
            } catch (Exception | LinkageError e) {
                LOG.warn("closing {} failed: {}", next.name, e.toString(), e);
            } catch (Error e) {
                LOG.warn("closing {} failed: {}", next.name, e.toString());
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
