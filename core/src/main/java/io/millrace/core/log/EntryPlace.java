// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.core.encryption.Place;
import io.millrace.spi.wal.WalPosition;
import java.util.HexFormat;

/**
 * The place of an encrypted entry's payload: no other entry of this log was ever there, or will be.
 *
 * @param log the log's name in the store
 * @param at the payload's first byte
 */
record EntryPlace(String log, WalPosition at) implements Place {
    @Override
    public byte[] authenticated() {
        return ("log/" + log + '/' + HexFormat.of().toHexDigits(at.segment()) + '/' + at.offset()).getBytes(US_ASCII);
    }

    @Override
    public String toString() {
        return "the entry of log '" + log + "' in segment " + HexFormat.of().toHexDigits(at.segment()) + " at offset "
                + at.offset();
    }
}
