// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import io.millrace.spi.plugin.ThreadContextClassLoader;
import io.millrace.spi.wal.ObjectStore;
import java.nio.ByteBuffer;
import java.util.List;

/** An object store, each call under its plugin's class loader. */
final class ClassLoaderSafeObjectStore implements ObjectStore {
    private final ObjectStore delegate;
    private final ClassLoader loader;

    ClassLoaderSafeObjectStore(ObjectStore delegate, ClassLoader loader) {
        this.delegate = delegate;
        this.loader = loader;
    }

    @Override
    public void create(String name, ByteBuffer... content) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.create(name, content);
        }
    }

    @Override
    public int read(String name, long offset, ByteBuffer into) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.read(name, offset, into);
        }
    }

    @Override
    public List<String> list(String prefix) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.list(prefix);
        }
    }

    @Override
    public void delete(List<String> names) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.delete(names);
        }
    }
}
