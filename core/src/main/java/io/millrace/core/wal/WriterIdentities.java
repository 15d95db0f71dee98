// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal;

import io.millrace.spi.wal.WriterIdentity;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;

/** Who claims logs from this process. */
public final class WriterIdentities {
    private WriterIdentities() {}

    /** This process, on behalf of a program. */
    public static WriterIdentity ofThisProcess(String program) {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "localhost";
        }
        ProcessHandle process = ProcessHandle.current();
        long started = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        return new WriterIdentity(program, host, process.pid(), started);
    }
}
