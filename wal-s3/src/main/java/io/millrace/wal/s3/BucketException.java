// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import org.jspecify.annotations.Nullable;

/** A request to the object store that was not answered, or was answered with an error. */
final class BucketException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of failure it is, by what can be done about it. */
    enum Kind {
        /** No answer, or an error of the server: a write may or may not have been carried out, now or later. */
        UNANSWERED(Reason.TRANSIENT),
        /** The server asks to be asked less often; as for the outcome of a write, like {@link #UNANSWERED}. */
        SLOW_DOWN(Reason.TRANSIENT),
        /** Another write to the same key is under way: try again. */
        CONFLICT(Reason.TRANSIENT),
        /** There is no room. */
        FULL(Reason.FULL),
        /** Credentials or permissions are missing, or were for a moment: what makes or checks them can fail, too. */
        DENIED(Reason.ACCESS_DENIED),
        /** This machine's clock is too far from the server's. The SDK corrects itself by the answer. */
        SKEWED(Reason.ACCESS_DENIED),
        /** The bucket is in another region. */
        ELSEWHERE(Reason.UNSUPPORTED),
        /** The object that was asked for does not exist. */
        ABSENT(Reason.CORRUPT),
        /** The bucket does not exist, or the server does not know such requests. */
        UNUSABLE(Reason.UNSUPPORTED);

        private final Reason reason;

        Kind(Reason reason) {
            this.reason = reason;
        }
    }

    private final Kind kind;

    BucketException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    /**
     * Whether a write that failed so should be tried again.
     *
     * @param wroteBefore whether this process has written there: then what is denied now was allowed, and may be again
     */
    boolean mayPass(boolean wroteBefore) {
        return switch (kind) {
            case UNANSWERED, SLOW_DOWN, CONFLICT, FULL, SKEWED -> true;
            case DENIED -> wroteBefore;
            case ABSENT, UNUSABLE, ELSEWHERE -> false;
        };
    }

    /** Whether a write that failed so may have been carried out, or may yet be, after it was given up. */
    boolean leavesDoubt() {
        return switch (kind) {
            case UNANSWERED, SLOW_DOWN, CONFLICT, FULL -> true;
            case DENIED, SKEWED, ABSENT, UNUSABLE, ELSEWHERE -> false;
        };
    }

    /** The failure as the log's callers know it, when nothing was appended. */
    WalException toWal(String what) {
        return toWal(kind.reason, Outcome.NOT_APPENDED, what);
    }

    /** The failure of an append that may have happened. */
    WalException toIndeterminate(String what) {
        return toWal(Reason.INDETERMINATE, Outcome.UNKNOWN, what);
    }

    private WalException toWal(Reason reason, Outcome outcome, String what) {
        return new WalException(reason, outcome, "cannot " + what + ": " + getMessage() + advice(), this);
    }

    private String advice() {
        return switch (kind) {
            case UNANSWERED -> "; check the endpoint and the network, then start again";
            case SLOW_DOWN -> "; raise 'wal.linger' or give the log a prefix of its own, then start again";
            case CONFLICT -> "; start again";
            case FULL -> "; raise the quota or free room";
            case DENIED -> "; check credentials and the bucket's policy against docs/wal-s3.md";
            case SKEWED -> "; set this machine's clock, by NTP, then start again";
            case ELSEWHERE -> "";
            case ABSENT -> "; restore it from a copy or a version of the bucket";
            case UNUSABLE -> "; check the bucket's name, region and endpoint";
        };
    }
}
