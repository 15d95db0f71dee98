// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import io.millrace.api.Batch;
import io.millrace.spi.plugin.ThreadContextClassLoader;
import io.millrace.spi.sink.Refusals;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import java.time.Instant;
import java.util.Optional;

/** A sink, each call under its plugin's class loader. */
final class ClassLoaderSafeTransactionalSink implements Sink.Transactional {
    private final Sink.Transactional delegate;
    private final ClassLoader loader;

    ClassLoaderSafeTransactionalSink(Sink.Transactional delegate, ClassLoader loader) {
        this.delegate = delegate;
        this.loader = loader;
    }

    @Override
    public Optional<SinkClaim> look(String programId, String output) throws Exception {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.look(programId, output);
        }
    }

    @Override
    public boolean claim(SinkOwner owner, Optional<SinkClaim> found, Optional<Instant> lastBatch) throws Exception {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.claim(owner, found, lastBatch);
        }
    }

    @Override
    public void commit(Batch<?> batch) throws Exception {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.commit(batch);
        }
    }

    @Override
    public void commit(Batch<?> batch, Refusals refusals) throws Exception {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.commit(batch, refusals);
        }
    }

    @Override
    public void close() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.close();
        }
    }
}
