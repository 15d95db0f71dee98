// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.RangeReader;
import io.millrace.spi.direct.Remains;
import io.millrace.spi.plugin.ThreadContextClassLoader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A direct source, each call under its plugin's class loader. */
final class ClassLoaderSafeDirectSource implements DirectSource {
    private final DirectSource delegate;
    private final ClassLoader loader;

    ClassLoaderSafeDirectSource(DirectSource delegate, ClassLoader loader) {
        this.delegate = delegate;
        this.loader = loader;
    }

    @Override
    public Map<String, Position> start(Map<String, Position> known) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.start(known);
        }
    }

    @Override
    public Remains remains(List<OffsetRange> planned) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.remains(planned);
        }
    }

    @Override
    public List<OffsetRange> gaps(Map<String, Position> known) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.gaps(known);
        }
    }

    @Override
    public Map<String, Position> published() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.published();
        }
    }

    @Override
    public Map<String, Position> available() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.available();
        }
    }

    @Override
    public Position beginning(String partition) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.beginning(partition);
        }
    }

    @Override
    public List<OffsetRange> plan(Map<String, Position> from, long limit) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.plan(from, limit);
        }
    }

    @Override
    public RangeReader reader() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return ClassLoaderSafe.rangeReader(delegate.reader(), loader);
        }
    }

    @Override
    public void committed(Map<String, Position> positions) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.committed(positions);
        }
    }

    @Override
    public Set<String> gone(Map<String, Position> known) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.gone(known);
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
