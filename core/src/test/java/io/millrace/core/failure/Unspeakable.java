// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.failure;

/** An exception that throws itself when it is asked for anything. */
public final class Unspeakable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
        throw this;
    }

    @Override
    public String toString() {
        throw this;
    }
}
