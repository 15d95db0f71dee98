// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.codec.ByteReader;

/** What others need to know of the state log. */
public final class StateLog {
    /** The type of a state log entry. */
    public static final int ENTRY_TYPE = StateFormat.ENTRY_TYPE;

    private StateLog() {}

    /** An entry as if the state had another name; the same bytes if it has that already. */
    public static byte[] named(byte[] entry, String stored, String name) {
        return stored.equals(name) ? entry : StateFormat.renamed(entry, name);
    }

    /** How the keys and values of an entry are written, such as {@code string/1 -> long/1}. */
    public static String codecs(ByteReader entry) {
        return StateFormat.codecs(entry);
    }
}
