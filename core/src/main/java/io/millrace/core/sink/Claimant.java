// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.sink;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.ledger.Claims;
import io.millrace.core.ledger.LedgerState;
import io.millrace.spi.sink.SinkClaim;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoint on whose behalf outputs are claimed, and the rules by which it may: of two starts of one checkpoint the
 * later one has the target. Of two checkpoints of one program it is the one that was begun last, from a savepoint or anew
 * with consent.
 *
 * @param program the program's id
 * @param place where the checkpoint is, for people
 * @param begun whether a program was started on it before
 * @param identity its identity; empty if it is to be given one
 * @param claims what its ledger knows of its claims
 * @param lastPlanned its newest batch, in epoch milliseconds; {@link Long#MIN_VALUE} if it has none
 * @param below the epochs of its own claims are lower than this
 * @param acceptsLoss whether it was told to go on although something is lost
 */
public record Claimant(
        String program,
        String place,
        boolean begun,
        String identity,
        Claims claims,
        long lastPlanned,
        long below,
        boolean acceptsLoss) {
    private static final Logger LOG = LoggerFactory.getLogger(Claimant.class);

    /** The setting that gives consent. */
    private static final String CONSENT = "start.accept-lost-state";

    /** As a ledger says. */
    public static Claimant of(String program, String place, LedgerState ledger, long below, boolean acceptsLoss) {
        return new Claimant(
                program,
                place,
                ledger.programId() != null,
                ledger.identity(),
                ledger.claims(),
                ledger.lastPlanned(),
                below,
                acceptsLoss);
    }

    /**
     * What an output's claim is to be; nothing is changed by asking.
     *
     * @param found what the target says
     * @throws MillraceException if the checkpoint may not have it, or if the target has what the checkpoint does not know
     */
    public Standing standing(String output, Optional<SinkClaim> found) {
        Optional<Instant> last = Optional.empty();
        if (found.isPresent()) {
            SinkClaim claim = found.get();
            if (claim.epoch() > 0) { // else it was never claimed: the target only says which batches it has
                check(output, claim);
            }
            last = last(output, claim);
        }
        boolean unclaimed = found.isPresent() && found.get().epoch() == 0 && claims.origin() != Claims.Origin.SAVEPOINT;
        return new Standing(unclaimed ? Optional.empty() : found, last, over(output, found));
    }

    /**
     * How an output is to be claimed.
     *
     * @param found what is replaced of what the target says
     * @param lastBatch what it is to say of the newest batch
     * @param over for a checkpoint of a savepoint, or one that begins anew, whose claim it replaces, to be recorded before
     *     it does
     */
    public record Standing(Optional<SinkClaim> found, Optional<Instant> lastBatch, Optional<String> over) {}

    private void check(String output, SinkClaim claim) {
        if (isOwn(claim)) {
            if (claim.epoch() >= below) {
                throw new MillraceException(
                        ErrorCode.FENCED,
                        belongs(output, claim) + ", and the checkpoint " + place
                                + " has been started fewer times: it is a copy that was made before, or another process"
                                + " has just taken the program over. Start with the checkpoint that went on; or write a"
                                + " savepoint of this one (millrace checkpoint export) and begin from that, which takes"
                                + " the output over");
            }
            return;
        }
        String before = claims.over().get(output);
        boolean replaces = before == null
                ? claims.origin() == Claims.Origin.SAVEPOINT || beginsAnew()
                : before.equals(claim.identity());
        if (!replaces) {
            throw new MillraceException(
                    ErrorCode.FENCED,
                    belongs(output, claim) + ", and the checkpoint " + place + " is "
                            + (identity.isEmpty() ? "another one" : identity)
                            + ". Start with the checkpoint that the output belongs to; or write a savepoint of the one"
                            + " that is to go on (millrace checkpoint export) and begin from that, which takes the output"
                            + " over for good; or give the output another name; if no other process writes to it any more, "
                            + (begun
                                    ? "delete " + claim.place()
                                    : "set " + CONSENT + " = true once, to begin anew and leave there what it has"));
        }
    }

    /** Whether it has nothing yet, and consent to replace the checkpoint that had the targets before. */
    private boolean beginsAnew() {
        return !begun && acceptsLoss;
    }

    private boolean isOwn(SinkClaim claim) {
        boolean ofBefore = identity.isEmpty() ? begun : claims.origin() == Claims.Origin.BEFORE;
        return claim.identity().isEmpty() ? ofBefore : claim.identity().equals(identity);
    }

    private String belongs(String output, SinkClaim claim) {
        return "output '" + output + "' of program '" + program + "' belongs to "
                + (claim.identity().isEmpty() ? "a checkpoint without an identity" : "checkpoint " + claim.identity())
                + ", epoch " + claim.epoch() + ", as " + claim.place() + " says";
    }

    private Optional<Instant> last(String output, SinkClaim claim) {
        Optional<Instant> last = claim.lastBatch();
        boolean unknown = last.isPresent() && last.get().toEpochMilli() > lastPlanned;
        boolean continued = claim.epoch() > 0 || isOwn(claim) || claims.origin() == Claims.Origin.SAVEPOINT;
        if (!unknown || !continued) { // it is another's, who has not claimed the target
            return last;
        }
        String what = "the target of output '" + output + "' has batch " + last.get() + ", as " + claim.place()
                + " says, which this checkpoint never planned (" + place + ", whose last one is " + planned() + ")";
        if (!acceptsLoss) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    what + ". Start with the checkpoint that wrote it; or set " + CONSENT
                            + " = true once, to leave there what the target has and write all batches after the checkpoint's"
                            + " last one; or give the output another name");
        }
        LOG.warn("Program '{}' was told to write all batches after {}, though {}", program, planned(), what);
        return lastPlanned == Long.MIN_VALUE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(lastPlanned));
    }

    private String planned() {
        return lastPlanned == Long.MIN_VALUE
                ? "none"
                : Instant.ofEpochMilli(lastPlanned).toString();
    }

    private Optional<String> over(String output, Optional<SinkClaim> found) {
        Optional<String> there = found.filter(claim -> claim.epoch() > 0).map(SinkClaim::identity);
        if (beginsAnew()) {
            return there;
        }
        return claims.origin() != Claims.Origin.SAVEPOINT || claims.over().containsKey(output)
                ? Optional.empty()
                : Optional.of(there.orElse(identity));
    }
}
