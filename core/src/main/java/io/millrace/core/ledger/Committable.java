// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.ledger;

import java.util.Arrays;
import java.util.HexFormat;

/** What a sink needs to make visible what it prepared: its bytes, compared by value, never changed. */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode are by value
public record Committable(byte[] bytes) {
    @Override
    public boolean equals(Object other) {
        return other instanceof Committable that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
