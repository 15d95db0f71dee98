// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.wal;

import static java.util.Objects.requireNonNull;

/**
 * Who claims a program's logs, as it is shown to a process that is refused.
 *
 * @param program the program's id
 * @param host the host's name
 * @param pid the process id
 * @param startedMillis when the process started, in epoch milliseconds
 * @since 0.1
 */
public record WriterIdentity(String program, String host, long pid, long startedMillis) {
    public WriterIdentity {
        requireNonNull(program, "program is null");
        requireNonNull(host, "host is null");
    }
}
