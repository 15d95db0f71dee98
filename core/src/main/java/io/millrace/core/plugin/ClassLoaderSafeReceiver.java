// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import io.millrace.spi.plugin.ThreadContextClassLoader;
import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverContext;
import java.time.Duration;
import java.util.Optional;

/** A receiver, each call under its plugin's class loader. */
final class ClassLoaderSafeReceiver implements Receiver {
    private final Receiver delegate;
    private final ClassLoader loader;

    ClassLoaderSafeReceiver(Receiver delegate, ClassLoader loader) {
        this.delegate = delegate;
        this.loader = loader;
    }

    @Override
    public void start(ReceiverContext context) throws Exception {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.start(context);
        }
    }

    @Override
    public void pause() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.pause();
        }
    }

    @Override
    public void resume() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.resume();
        }
    }

    @Override
    public void durable(DurableMark mark) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.durable(mark);
        }
    }

    @Override
    public Optional<String> trouble() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.trouble();
        }
    }

    @Override
    public void stop(Duration deadline) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.stop(deadline);
        }
    }
}
