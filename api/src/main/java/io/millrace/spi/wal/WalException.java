// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.wal;

import static java.util.Objects.requireNonNull;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong with a log. The {@linkplain #reason() reason} says what the writer can still do, the
 * {@linkplain #outcome() outcome} whether the bytes may be there.
 *
 * @since 0.1
 */
public final class WalException extends MillraceException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final Outcome outcome;

    public WalException(Reason reason, Outcome outcome, String message, @Nullable Throwable cause) {
        super(reason.code, message, cause);
        this.reason = requireNonNull(reason, "reason is null");
        this.outcome = requireNonNull(outcome, "outcome is null");
    }

    /** A failure after which nothing was appended. */
    public WalException(Reason reason, String message) {
        this(reason, Outcome.NOT_APPENDED, message, null);
    }

    /** A failure after which nothing was appended. */
    public WalException(Reason reason, String message, @Nullable Throwable cause) {
        this(reason, Outcome.NOT_APPENDED, message, cause);
    }

    /** What went wrong. */
    public Reason reason() {
        return reason;
    }

    /** Whether the bytes may be in the log. */
    public Outcome outcome() {
        return outcome;
    }

    /** Whether the bytes of a failed append may be in the log. */
    public enum Outcome {
        /** They are not, and never will be. */
        NOT_APPENDED,
        /** They may be; only opening the log with a higher epoch decides. */
        UNKNOWN
    }

    /** What went wrong. */
    public enum Reason {
        /** A higher epoch exists. Terminal. */
        FENCED(ErrorCode.FENCED),
        /** The store only locks, and another process holds the lock. */
        LOCKED(ErrorCode.USER_CONFIG),
        /** Try again. */
        TRANSIENT(ErrorCode.EXTERNAL_SYSTEM),
        /** The medium failed in the middle of an append. The writer is poisoned. */
        INDETERMINATE(ErrorCode.EXTERNAL_SYSTEM),
        /** No room. Appending works again once there is. */
        FULL(ErrorCode.EXTERNAL_SYSTEM),
        /** What is read is not what was written. */
        CORRUPT(ErrorCode.CORRUPT_DATA),
        /** What is asked for was freed. */
        TRIMMED(ErrorCode.INTERNAL),
        /** The append is larger than the store takes. */
        TOO_LARGE(ErrorCode.USER_CONFIG),
        /** The writer, reader or store was closed. */
        CLOSED(ErrorCode.INTERNAL),
        /** The store cannot do this. */
        UNSUPPORTED(ErrorCode.USER_CONFIG),
        /** Credentials or permissions are missing. */
        ACCESS_DENIED(ErrorCode.USER_CONFIG);

        private final ErrorCode code;

        Reason(ErrorCode code) {
            this.code = code;
        }
    }
}
