// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import io.millrace.spi.plugin.ThreadContextClassLoader;
import io.millrace.spi.wal.WalReader;
import java.nio.ByteBuffer;
import java.util.List;

/** A log's reader, each call under its plugin's class loader. */
final class ClassLoaderSafeWalReader implements WalReader {
    private final WalReader delegate;
    private final ClassLoader loader;

    ClassLoaderSafeWalReader(WalReader delegate, ClassLoader loader) {
        this.delegate = delegate;
        this.loader = loader;
    }

    @Override
    public List<Segment> segments() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.segments();
        }
    }

    @Override
    public int read(long segment, long offset, ByteBuffer into) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.read(segment, offset, into);
        }
    }

    @Override
    public void close() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.close();
        }
    }
}
