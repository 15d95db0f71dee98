// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import io.millrace.api.source.OffsetRange;
import io.millrace.spi.direct.RangeReader;
import io.millrace.spi.plugin.ThreadContextClassLoader;
import org.jspecify.annotations.Nullable;

/** A range reader, each call under its plugin's class loader; its chunks are not wrapped, since they load no class. */
final class ClassLoaderSafeRangeReader implements RangeReader {
    private final RangeReader delegate;
    private final ClassLoader loader;

    ClassLoaderSafeRangeReader(RangeReader delegate, ClassLoader loader) {
        this.delegate = delegate;
        this.loader = loader;
    }

    @Override
    public void open(OffsetRange range) throws Exception {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.open(range);
        }
    }

    @Override
    public @Nullable Chunk fetch() throws Exception {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.fetch();
        }
    }

    @Override
    public void close() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.close();
        }
    }
}
