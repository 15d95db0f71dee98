// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

/** What others need to know of the state log. */
public final class StateLog {
    /** The type of a state log entry. */
    public static final int ENTRY_TYPE = StateFormat.ENTRY_TYPE;

    private StateLog() {}
}
