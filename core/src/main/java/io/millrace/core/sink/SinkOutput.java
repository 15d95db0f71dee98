// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.sink;

import io.millrace.api.Batch;
import io.millrace.api.BatchId;
import io.millrace.core.ledger.Committable;
import io.millrace.spi.sink.Refusals;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import java.util.List;
import java.util.Optional;

/** An output that goes to a sink. Its methods may be called from any thread; the sink's are called one at a time. */
public abstract sealed class SinkOutput permits ResumableOutput, TransactionalOutput {
    final String program;
    final String output;
    private final Sink target;

    SinkOutput(Sink target, String program, String output) {
        this.target = target;
        this.program = program;
        this.output = output;
    }

    /**
     * An output of a sink's class.
     *
     * @param owned throws if somebody claimed a higher epoch
     */
    public static SinkOutput of(Sink sink, String program, String output, Ownership owned) {
        return sink instanceof Sink.Transactional transactional
                ? new TransactionalOutput(transactional, program, output, owned)
                : new ResumableOutput((Sink.Resumable) sink, program, output);
    }

    /** The output's name. */
    public final String name() {
        return output;
    }

    /** Whether exactly-once needs a checkpoint that outlives the process. */
    public abstract boolean needsCheckpoint();

    /** What the target says; changes nothing there. */
    final synchronized Optional<SinkClaim> look() throws Exception {
        return target.look(program, output);
    }

    /**
     * Takes the target over, once, when everything is finished that earlier starts committed.
     *
     * @return false if it says something else by now
     */
    synchronized boolean claim(SinkOwner owner, Claimant.Standing standing) throws Exception {
        return target.claim(owner, standing.found(), standing.lastBatch());
    }

    /**
     * Writes a batch; returns what is to be finished once it is committed, or nothing if there is nothing to finish.
     *
     * @param refused takes what the target refuses
     */
    abstract Optional<List<Committable>> write(Batch<?> batch, Refused refused) throws Exception;

    /** Finishes what was written. */
    abstract void finish(BatchId batch, List<Committable> committables) throws Exception;

    /** What the target refuses of one batch, however often that is written. */
    public interface Refused extends Refusals {
        /** The target does not have the batch, which is about to be written: forgets what was refused before. */
        void begin();
    }

    /** Makes sure that nobody took the program over. */
    @FunctionalInterface
    public interface Ownership {
        /** Throws a {@link io.millrace.api.MillraceException} of code {@code FENCED} if somebody did. */
        void verify() throws InterruptedException;
    }
}
