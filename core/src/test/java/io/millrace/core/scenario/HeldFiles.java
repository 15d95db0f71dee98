// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import io.millrace.api.Batch;
import io.millrace.api.BatchId;
import io.millrace.core.output.TextFilesProvider;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import io.millrace.spi.sink.SinkProvider;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Text files that never become visible from the batch {@code heldFrom} on. */
record HeldFiles(Instant heldFrom) implements SinkProvider {
    private static final TextFilesProvider FILES = new TextFilesProvider();

    @Override
    public String name() {
        return FILES.name();
    }

    @Override
    public ConfigSpec config() {
        return FILES.config();
    }

    @Override
    public Sink open(PluginContext context) {
        return new Held((Sink.Resumable) FILES.open(context), heldFrom);
    }

    private record Held(Sink.Resumable files, Instant heldFrom) implements Sink.Resumable {
        @Override
        public Optional<SinkClaim> look(String programId, String output) throws Exception {
            return files.look(programId, output);
        }

        @Override
        public boolean claim(SinkOwner owner, Optional<SinkClaim> found, Optional<Instant> lastBatch) throws Exception {
            return files.claim(owner, found, lastBatch);
        }

        @Override
        public byte[] prepare(Batch<?> batch, int partition) throws Exception {
            return files.prepare(batch, partition);
        }

        @Override
        public void finish(BatchId batch, List<byte[]> committables) throws Exception {
            if (!batch.batchTime().isBefore(heldFrom)) {
                throw new IOException("held");
            }
            files.finish(batch, committables);
        }

        @Override
        public void discard(BatchId batch, List<byte[]> committables) throws Exception {
            files.discard(batch, committables);
        }

        @Override
        public void close() {
            files.close();
        }
    }
}
