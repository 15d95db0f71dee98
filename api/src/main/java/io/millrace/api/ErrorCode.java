// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

/**
 * Says whose move it is when something failed. Every {@link MillraceException} carries one, so that an operator's tool
 * can decide without parsing text.
 *
 * @since 0.1
 */
public enum ErrorCode {
    /** The program or its configuration asks for something impossible; retrying cannot help. Command-line exit code 2. */
    USER_CONFIG(false, 2),
    /** A function of the program threw; a retry helps only if the function is not deterministic. Exit code 3. */
    USER_CODE(false, 3),
    /** A plugin is missing, broken, or incompatible. Exit code 4. */
    PLUGIN(false, 4),
    /** A broker, file system, or object store did not do what it was asked; a later attempt may succeed. Exit code 5. */
    EXTERNAL_SYSTEM(true, 5),
    /** Bytes on durable storage are not what was written there. Exit code 6. */
    CORRUPT_DATA(false, 6),
    /** Another process owns the program's logs now; this one must not be restarted by a supervisor. Exit code 7. */
    FENCED(false, 7),
    /** The engine broke one of its own rules: a defect to report. Exit code 70. */
    INTERNAL(false, 70);

    private final boolean retriable;
    private final int exitCode;

    ErrorCode(boolean retriable, int exitCode) {
        this.retriable = retriable;
        this.exitCode = exitCode;
    }

    /** Whether the same call may succeed later without anybody changing anything. */
    public boolean retriable() {
        return retriable;
    }

    /** The exit code of a command that ends with this error; 0 and 1 are never used. */
    public int exitCode() {
        return exitCode;
    }
}
