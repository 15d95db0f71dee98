// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import java.io.Serial;

/**
 * A server that could not be started or stopped. The message says which, why, what it last printed and what to do.
 *
 * @since 0.1
 */
public final class ServerFailedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    ServerFailedException(String message) {
        super(message);
    }

    ServerFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
