// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.wal;

import io.millrace.api.Experimental;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Immutable named blobs beside the logs: snapshots, savepoints, outputs of task attempts. Names are paths of
 * {@code [A-Za-z0-9._-]} parts.
 *
 * @since 0.1
 */
@Experimental
public interface ObjectStore {
    /** Creates a blob, durably and whole, or fails; an existing one is never replaced. */
    void create(String name, ByteBuffer... content) throws WalException;

    /** Fills {@code into} from {@code offset} of a blob and returns how many bytes were read; 0 at its end. */
    int read(String name, long offset, ByteBuffer into) throws WalException;

    /** The names that begin with {@code prefix}, sorted. */
    List<String> list(String prefix) throws WalException;

    /** Removes blobs; absent ones are no error. */
    void delete(List<String> names) throws WalException;
}
