// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.stream;

/**
 * How often a program under test is ended and started again, in a new context over the same logs.
 *
 * @since 0.1
 */
public enum RestartMode {
    /** Not at all, but where the test says so. */
    NONE,
    /** It is stopped gracefully after every batch. */
    RESTART_EVERY_BATCH,
    /** It is killed in every batch, before its first output has seen it: the next start runs it again. */
    KILL_BEFORE_OUTPUT,
    /** It is killed in every batch, after its last output has seen it and before it is committed. */
    KILL_BEFORE_COMMIT,
    /** Any of these, or none, for each batch: as the seed decides. */
    RANDOM
}
