// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.codec.ByteReader;

/** What others need to know of the state log. */
public final class StateLog {
    /** The type of a state log entry. */
    public static final int ENTRY_TYPE = StateFormat.ENTRY_TYPE;

    private StateLog() {}

    /** How the keys and values of an entry are written, such as {@code string/1 -> long/1}. */
    public static String codecs(ByteReader entry) {
        return StateFormat.stored(entry).codecs();
    }
}
