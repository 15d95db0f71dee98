// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingListener;
import io.millrace.spi.plugin.ThreadContextClassLoader;

/** A listener, each event told under its plugin's class loader. The engine calls {@link #onEvent} and nothing else. */
final class ClassLoaderSafeListener implements StreamingListener, AutoCloseable {
    private final StreamingListener delegate;
    private final ClassLoader loader;

    ClassLoaderSafeListener(StreamingListener delegate, ClassLoader loader) {
        this.delegate = delegate;
        this.loader = loader;
    }

    @Override
    public void onEvent(StreamingEvent event) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.onEvent(event);
        }
    }

    /** Closes the listener, if it can be closed. */
    @Override
    public void close() throws Exception {
        if (delegate instanceof AutoCloseable closeable) {
            try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
                closeable.close();
            }
        }
    }
}
