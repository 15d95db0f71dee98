// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

/** What a log can do with an append. */
public enum LogState {
    /** Make it durable. */
    OPEN,
    /** Keep it until the store has room again. */
    FULL,
    /** Keep it until the store, which is failing for the moment, takes it. */
    RETRYING,
    /** Fail it: an earlier one's outcome is unknown, or another process owns the log. */
    FAILED,
    /** Fail it: the log was closed. */
    CLOSED
}
