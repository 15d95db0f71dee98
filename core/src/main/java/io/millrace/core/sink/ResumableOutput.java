// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.sink;

import io.millrace.api.Batch;
import io.millrace.api.BatchId;
import io.millrace.core.ledger.Committable;
import io.millrace.spi.plugin.Closing;
import io.millrace.spi.sink.Sink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An output whose sink prepares, and finishes when the batch is committed; the ledger knows what is to be finished. */
final class ResumableOutput extends SinkOutput {
    private final Sink.Resumable sink;

    ResumableOutput(Sink.Resumable sink, String program, String output) {
        super(sink, program, output);
        this.sink = sink;
    }

    @Override
    public boolean needsCheckpoint() {
        return false;
    }

    @Override
    synchronized Optional<List<Committable>> write(Batch<?> batch, Refused refused) throws Exception {
        List<byte[]> prepared = new ArrayList<>();
        try {
            for (int partition = 0; partition < batch.partitions(); partition++) {
                prepared.add(sink.prepare(batch, partition));
            }
        } catch (Exception | Error failure) {
            discard(batch.id(), prepared, failure);
            throw failure;
        }
        return Optional.of(prepared.stream().map(Committable::new).toList());
    }

    private void discard(BatchId batch, List<byte[]> prepared, Throwable failure) {
        try {
            sink.discard(batch, prepared);
        } catch (Exception e) {
            Closing.suppress(failure, e); // what is left is removed by the next start
        }
    }

    @Override
    synchronized void finish(BatchId batch, List<Committable> committables) throws Exception {
        sink.finish(batch, committables.stream().map(Committable::bytes).toList());
    }
}
