// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import io.millrace.spi.plugin.ThreadContextClassLoader;
import io.millrace.spi.wal.WalFrame;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalWriter;
import java.util.Optional;

/** A log's writer, each call under its plugin's class loader. */
final class ClassLoaderSafeWalWriter implements WalWriter {
    private final WalWriter delegate;
    private final ClassLoader loader;

    ClassLoaderSafeWalWriter(WalWriter delegate, ClassLoader loader) {
        this.delegate = delegate;
        this.loader = loader;
    }

    @Override
    public long epoch() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.epoch();
        }
    }

    @Override
    public WalRecovery recovery() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.recovery();
        }
    }

    @Override
    public void append(WalFrame frame, Completion completion) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.append(frame, completion);
        }
    }

    @Override
    public WalPosition durableEnd() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.durableEnd();
        }
    }

    @Override
    public WalPosition end() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.end();
        }
    }

    @Override
    public void roll() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.roll();
        }
    }

    @Override
    public WalPosition trim(WalPosition before) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.trim(before);
        }
    }

    @Override
    public void verifyOwnership() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.verifyOwnership();
        }
    }

    @Override
    public WalState state() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.state();
        }
    }

    @Override
    public Optional<String> trouble() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.trouble();
        }
    }

    @Override
    public void close() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.close();
        }
    }
}
