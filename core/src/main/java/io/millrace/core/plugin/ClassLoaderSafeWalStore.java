// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import io.millrace.spi.plugin.ThreadContextClassLoader;
import io.millrace.spi.wal.ObjectStore;
import io.millrace.spi.wal.WalCapabilities;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalWriter;
import io.millrace.spi.wal.WriterIdentity;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A log store, each call under its plugin's class loader. */
final class ClassLoaderSafeWalStore implements WalStore {
    private final WalStore delegate;
    private final ClassLoader loader;

    ClassLoaderSafeWalStore(WalStore delegate, ClassLoader loader) {
        this.delegate = delegate;
        this.loader = loader;
    }

    @Override
    public WalCapabilities capabilities() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.capabilities();
        }
    }

    @Override
    public long claim(String ledger, WriterIdentity me) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.claim(ledger, me);
        }
    }

    @Override
    public WalWriter open(String log, long epoch) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return ClassLoaderSafe.walWriter(delegate.open(log, epoch), loader);
        }
    }

    @Override
    public WalReader reader(String log) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return ClassLoaderSafe.walReader(delegate.reader(log), loader);
        }
    }

    @Override
    public List<String> logs() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.logs();
        }
    }

    @Override
    public void delete(String log, long epoch) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.delete(log, epoch);
        }
    }

    @Override
    public Optional<Duration> sinceHeartbeat(String ledger) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.sinceHeartbeat(ledger);
        }
    }

    @Override
    public Optional<ObjectStore> objects() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.objects().map(objects -> ClassLoaderSafe.objectStore(objects, loader));
        }
    }

    @Override
    public void close() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.close();
        }
    }
}
