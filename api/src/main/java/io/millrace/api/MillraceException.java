// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * The one exception family of Millrace. The message names the thing, its value, and the next step; it is meant to be
 * shown to a person as it is, without a stack trace when the {@linkplain #code() code} is
 * {@link ErrorCode#USER_CONFIG}. It is one line: what it quotes of records, names of files and other systems' messages is
 * made {@linkplain PlainText plain}.
 *
 * @since 0.1
 */
public class MillraceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public MillraceException(ErrorCode code, String message) {
        this(code, message, null);
    }

    public MillraceException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(PlainText.of(requireNonNull(message, "message is null")), cause);
        this.code = requireNonNull(code, "code is null");
    }

    /** Whose move it is. */
    public final ErrorCode code() {
        return code;
    }
}
