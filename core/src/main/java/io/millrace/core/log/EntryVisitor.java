// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.api.codec.ByteReader;

/** Sees the entries of a log in order. */
@FunctionalInterface
public interface EntryVisitor {
    /**
     * Sees one entry.
     *
     * @param type what the appender said that it is
     * @param stream what the appender said that it belongs to
     * @param handle where it is
     * @param payload its bytes, valid until the method returns
     */
    void entry(int type, int stream, LogHandle handle, ByteReader payload);
}
