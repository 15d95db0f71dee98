// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.sink;

import io.millrace.api.Batch;
import io.millrace.api.BatchId;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.ledger.Committable;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkOwner;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An output whose sink commits a batch's time with its elements. The sink knows better than the ledger which batches it
 * has: it is asked after a start and after every failure, and what it has is skipped.
 */
final class TransactionalOutput extends SinkOutput {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionalOutput.class);

    private final Sink.Transactional sink;
    private final Ownership ownership;
    private @Nullable Instant last;
    private boolean known;

    TransactionalOutput(Sink.Transactional sink, SinkOwner owner, Ownership ownership) {
        super(owner);
        this.sink = sink;
        this.ownership = ownership;
    }

    @Override
    public boolean needsCheckpoint() {
        return true;
    }

    @Override
    synchronized void claim(long lastPlanned) throws Exception {
        ask();
        Instant newest = last;
        if (newest != null && newest.toEpochMilli() > lastPlanned) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the target of output '" + name() + "' has batch " + newest
                            + ", which this checkpoint never planned: it is older than the target, or new. Start with the"
                            + " checkpoint that wrote it, or give the output another name");
        }
    }

    private void ask() throws Exception {
        last = sink.claim(owner).orElse(null);
        known = true;
    }

    @Override
    synchronized Optional<List<Committable>> write(Batch<?> batch) throws Exception {
        ownership.verify();
        if (!known) {
            ask();
        }
        Instant time = batch.id().batchTime();
        if (last != null && !time.isAfter(last)) {
            LOG.info("Output '{}' has batch {} already; it is not written again", name(), time);
            return Optional.empty();
        }
        known = false;
        sink.commit(batch);
        last = time;
        known = true;
        return Optional.empty();
    }

    @Override
    void finish(BatchId batch, List<Committable> committables) {
        throw new MillraceException(
                ErrorCode.USER_CONFIG,
                "batch " + batch.batchTime() + " of output '" + name()
                        + "' was prepared for another kind of sink, and is"
                        + " not finished: start once with the sink that prepared it, or give the new one another name");
    }
}
