// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import io.millrace.spi.plugin.ThreadContextClassLoader;
import io.millrace.spi.state.StateStore;
import org.jspecify.annotations.Nullable;

/** A state store and its tables, each call under its plugin's class loader. */
final class ClassLoaderSafeStateStore implements StateStore {
    private final StateStore delegate;
    private final ClassLoader loader;

    ClassLoaderSafeStateStore(StateStore delegate, ClassLoader loader) {
        this.delegate = delegate;
        this.loader = loader;
    }

    @Override
    public Table table(String state, int partition) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return new SafeTable(delegate.table(state, partition), loader);
        }
    }

    @Override
    public long bytes() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.bytes();
        }
    }

    @Override
    public void close() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.close();
        }
    }

    /** What it is called back with runs under the class loader of the thread that called. */
    private static final class SafeTable implements Table {
        private final Table delegate;
        private final ClassLoader loader;

        SafeTable(Table delegate, ClassLoader loader) {
            this.delegate = delegate;
            this.loader = loader;
        }

        @Override
        public byte @Nullable [] get(byte[] key) {
            try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
                return delegate.get(key);
            }
        }

        @Override
        public void put(byte[] key, byte[] value) {
            try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
                delegate.put(key, value);
            }
        }

        @Override
        public boolean remove(byte[] key) {
            try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
                return delegate.remove(key);
            }
        }

        @Override
        public void forEach(EntryConsumer consumer) {
            ClassLoader callers = Thread.currentThread().getContextClassLoader();
            try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
                delegate.forEach((key, value) -> {
                    try (ThreadContextClassLoader back = ThreadContextClassLoader.of(callers)) {
                        consumer.accept(key, value);
                    }
                });
            }
        }

        @Override
        public long size() {
            try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
                return delegate.size();
            }
        }
    }
}
