// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import io.millrace.api.Batch;
import io.millrace.api.BatchId;
import io.millrace.spi.plugin.ThreadContextClassLoader;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A sink, each call under its plugin's class loader. */
final class ClassLoaderSafeResumableSink implements Sink.Resumable {
    private final Sink.Resumable delegate;
    private final ClassLoader loader;

    ClassLoaderSafeResumableSink(Sink.Resumable delegate, ClassLoader loader) {
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
    public byte[] prepare(Batch<?> batch, int partition) throws Exception {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.prepare(batch, partition);
        }
    }

    @Override
    public void check(BatchId batch, List<byte[]> committables) throws Exception {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.check(batch, committables);
        }
    }

    @Override
    public void finish(BatchId batch, List<byte[]> committables) throws Exception {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.finish(batch, committables);
        }
    }

    @Override
    public void discard(BatchId batch, List<byte[]> committables) throws Exception {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.discard(batch, committables);
        }
    }

    @Override
    public void close() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.close();
        }
    }
}
