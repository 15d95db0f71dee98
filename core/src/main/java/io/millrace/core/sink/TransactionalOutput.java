// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.sink;

import static java.util.Objects.requireNonNull;

import io.millrace.api.Batch;
import io.millrace.api.BatchId;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.ledger.Committable;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
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

    /** How often the target may change while it is claimed anew. */
    private static final int TRIES = 5;

    private final Sink.Transactional sink;
    private final Ownership ownership;
    private @Nullable SinkOwner owner;
    private @Nullable Instant last;
    private boolean known;

    TransactionalOutput(Sink.Transactional sink, String program, String output, Ownership ownership) {
        super(sink, program, output);
        this.sink = sink;
        this.ownership = ownership;
    }

    @Override
    public boolean needsCheckpoint() {
        return true;
    }

    @Override
    synchronized boolean claim(SinkOwner claimant, Claimant.Standing standing) throws Exception {
        if (!super.claim(claimant, standing)) {
            return false;
        }
        owner = claimant;
        last = look().flatMap(SinkClaim::lastBatch).orElse(null); // the owner before may just have committed
        known = true;
        return true;
    }

    /** Claims the target again, which must still be this start's own, after a commit whose outcome is not known. */
    private void claimAgain() throws Exception {
        SinkOwner own = requireNonNull(owner, "a target is written to that was not claimed");
        for (int attempt = 1; attempt <= TRIES; attempt++) {
            Optional<SinkClaim> found = look();
            if (found.isPresent() && !isOf(own, found.get())) {
                throw new MillraceException(
                        ErrorCode.FENCED,
                        "output '" + output + "' of program '" + program + "' belongs to checkpoint "
                                + found.get().identity() + ", epoch "
                                + found.get().epoch() + " now, as "
                                + found.get().place() + " says, and this process has checkpoint " + own.identity()
                                + ", epoch " + own.epoch() + ": another process has taken the output over");
            }
            if (sink.claim(own, found, found.flatMap(SinkClaim::lastBatch))) {
                last = look().flatMap(SinkClaim::lastBatch).orElse(null); // the commit may have come about only now
                known = true;
                return;
            }
        }
        throw new MillraceException(
                ErrorCode.EXTERNAL_SYSTEM,
                "the target of output '" + output
                        + "' changes whenever it is claimed: another process writes to it; give"
                        + " the output a target of its own");
    }

    private static boolean isOf(SinkOwner owner, SinkClaim claim) {
        return claim.identity().equals(owner.identity()) && claim.epoch() == owner.epoch();
    }

    @Override
    synchronized Optional<List<Committable>> write(Batch<?> batch, Refused refused) throws Exception {
        ownership.verify();
        if (!known) {
            claimAgain();
        }
        Instant time = batch.id().batchTime();
        if (last != null && !time.isAfter(last)) {
            LOG.info("Output '{}' has batch {} already; it is not written again", name(), time);
            return Optional.empty();
        }
        refused.begin();
        known = false;
        sink.commit(batch, refused);
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
