// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.encryption;

import java.nio.ByteBuffer;

/**
 * What an envelope of version 2 says of where it belongs among others, authenticated with its content.
 *
 * @param log what its log is known by: the same in all its entries
 * @param previous the tag of the entry before it; {@link Tag#NONE} if there is no encrypted one
 */
public record Link(Tag log, Tag previous) {
    static final int BYTES = 2 * Tag.BYTES;

    static Link at(ByteBuffer bytes, int at) {
        return new Link(Tag.at(bytes, at), Tag.at(bytes, at + Tag.BYTES));
    }

    void put(ByteBuffer into) {
        log.put(into);
        previous.put(into);
    }
}
