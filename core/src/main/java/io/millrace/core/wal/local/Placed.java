// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file, or a directory, and where it was when it was opened.
 *
 * @param path its name then
 * @param identity what tells it apart from every other that exists
 */
record Placed(Path path, Object identity) {
    /** What has the name now. */
    static Placed of(SegmentFs fs, Path path) throws IOException {
        return new Placed(path, fs.identity(path));
    }

    /**
     * Whether it still has its name.
     *
     * @throws IOException if that cannot be told; {@link java.nio.file.NoSuchFileException} if nothing has the name
     */
    boolean inPlace(SegmentFs fs) throws IOException {
        return identity.equals(fs.identity(path));
    }
}
