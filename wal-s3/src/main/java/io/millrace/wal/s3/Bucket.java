// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the log asks of an object store, and nothing more. One implementation speaks to S3, the other is a simulator that
 * fails in every way that S3 may. Thread-safe; every method may block and throws {@link BucketException}.
 */
interface Bucket extends AutoCloseable {
    /** The most objects that one {@link #delete} takes. */
    int PAGE = 1000;

    /**
     * Creates an object unless its key is taken: the conditional write that everything hangs on. One attempt, never
     * repeated by the implementation.
     *
     * @param putId stored with the object, so that its writer can recognize it
     * @return whether it was created; false says that some object has the key, perhaps by an earlier attempt of the
     *     same caller
     */
    boolean create(String key, String putId, ByteBuffer... content);

    /** What is known of an object without its content; null if there is none. */
    @Nullable
    Stored find(String key);

    /**
     * Fills {@code into} from an object, starting at {@code offset}.
     *
     * @return how many bytes were read; 0 at or beyond its end
     */
    int read(String key, long offset, ByteBuffer into);

    /** The first objects whose key begins with {@code prefix} and is greater than {@code after}, in order. */
    Page list(String prefix, String after);

    /** Removes up to {@link #PAGE} objects; absent ones are no error. Returns the keys that could not be removed. */
    List<String> delete(List<String> keys);

    @Override
    void close();

    /**
     * An object.
     *
     * @param length of its content
     * @param putId what {@link #create} stored with it; empty if something else made it
     */
    record Stored(long length, String putId) {}

    /** An object in a list. */
    record Listed(String key, long length) {}

    /**
     * A part of a list.
     *
     * @param objects in the order of their keys
     * @param more whether the list goes on behind the last of them
     */
    record Page(List<Listed> objects, boolean more) {}
}
