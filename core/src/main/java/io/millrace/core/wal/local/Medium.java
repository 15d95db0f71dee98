// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import java.nio.file.Path;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What kind of file system logs are kept on, and what to think of it. */
final class Medium {
    private static final Logger LOG = LoggerFactory.getLogger(Medium.class);

    private static final Set<String> VOLATILE = Set.of("tmpfs", "ramfs", "overlay");
    private static final Set<String> REMOTE =
            Set.of("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "9p");

    private Medium() {}

    /** Refuses a network file system unless it is allowed, and warns of one that forgets. */
    static void check(String kind, Path root, boolean allowRemote) {
        if (REMOTE.contains(kind) && !allowRemote) {
            throw new WalException(
                    Reason.UNSUPPORTED,
                    root + " is on a network file system (" + kind + "), where locks and syncs may not hold: choose a"
                            + " local disk, or set allow-remote-fs = true");
        }
        if (VOLATILE.contains(kind)) {
            LOG.warn(
                    "{} is on {}: what is written there does not survive a restart of the machine or container",
                    root,
                    kind);
        }
    }
}
