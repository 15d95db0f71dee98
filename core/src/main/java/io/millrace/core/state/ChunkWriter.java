// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.Pair;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import io.millrace.core.failure.ElementFailure;
import io.millrace.core.log.LogHandle;
import io.millrace.core.table.KeyForms;
import io.millrace.core.table.StateTable;
import io.millrace.spi.wal.WalException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Writes entries of a state into chunks of a bounded size, in the form of {@link StateFormat}. */
final class ChunkWriter {
    private static final int LARGE_BYTES = 1 << 20;
    private static final int COMPARED_FIRST = 16;
    private static final int COMPARED_THEN = 64;

    private final String state;
    private final Codec<Object> keys;
    private final Codec<Object> values;
    private final boolean snapshot;
    private final @Nullable ChunkLog log;
    private final List<CompletableFuture<LogHandle>> appended = new ArrayList<>();
    private final List<@Nullable Object> largeOfAppended = new ArrayList<>();
    private final List<StateChunk> chunks = new ArrayList<>();
    private final ByteWriter scratch = new ByteWriter(64);
    private ByteWriter chunk = new ByteWriter(0);
    private @Nullable Object large;
    private int largeBytes = LARGE_BYTES;
    private int compared;
    private long time;
    private long mark;

    /**
     * A writer for one task, which keeps what it writes.
     *
     * @param snapshot whether all of the state is written, not only changes
     * @param time what the entries belong to, until {@link #time} says otherwise
     */
    ChunkWriter(String state, Codec<Object> keys, Codec<Object> values, boolean snapshot, long time) {
        this(state, keys, values, snapshot, time, null);
    }

    /**
     * A writer for one task.
     *
     * @param log where chunks are appended as they are made; null to keep them
     */
    ChunkWriter(
            String state,
            Codec<Object> keys,
            Codec<Object> values,
            boolean snapshot,
            long time,
            @Nullable ChunkLog log) {
        this.state = state;
        this.keys = keys;
        this.values = values;
        this.snapshot = snapshot;
        this.time = time;
        this.log = log;
    }

    boolean snapshot() {
        return snapshot;
    }

    /** The entries that follow belong to another time. */
    void time(long next) {
        if (next != time) {
            close();
            time = next;
        }
    }

    /** Sets the number that every chunk carries for the state's own use; before the first entry. */
    void mark(long number) {
        mark = number;
    }

    /**
     * Refuses a key that equals the one of a table and has other bytes. Looks at the first keys that a task touches, and at
     * some of the others, so that it costs nothing that counts.
     */
    void compare(StateTable table, Object key, int hash) {
        int number = compared++;
        if (number < COMPARED_FIRST || number % COMPARED_THEN == 0) {
            Object own = table.own(key, hash);
            if (own != null && own != key) {
                KeyForms.check(state, keys, own, key);
            }
        }
    }

    /** A key has this value. */
    void put(Object key, Object value) {
        ByteWriter out = begin();
        key(out, key);
        scratch.clear();
        try {
            values.encode(value, scratch);
        } catch (Throwable thrown) {
            throw ElementFailure.of(hasNoKeys() ? value : Pair.of(key, value), thrown);
        }
        if (scratch.size() > largeBytes && !hasNoKeys()) {
            largeBytes = scratch.size();
            large = key;
        }
        out.writeVarint(scratch.size() + 1L);
        out.writeRaw(scratch.array(), 0, scratch.size());
    }

    /** Whether what is written under keys is not the program's to name. */
    private boolean hasNoKeys() {
        return keys.id().equals(WindowState.KEY_CODEC);
    }

    /** A key has no value any more. */
    void remove(Object key) {
        ByteWriter out = begin();
        key(out, key);
        out.writeVarint(0);
    }

    private void key(ByteWriter out, Object key) {
        scratch.clear();
        try {
            keys.encode(key, scratch);
        } catch (Throwable thrown) {
            throw ElementFailure.of(key, thrown);
        }
        out.writeBytes(scratch.array(), 0, scratch.size());
    }

    /** {@link #put} for a byte-string and a number, in the formats of {@code Codecs.BYTES} and {@code Codecs.LONG}. */
    void put(byte[] bytes, int offset, int length, long value) {
        ByteWriter out = begin();
        scratch.clear();
        scratch.writeBytes(bytes, offset, length);
        out.writeBytes(scratch.array(), 0, scratch.size());
        scratch.clear();
        scratch.writeZigZag(value);
        out.writeVarint(scratch.size() + 1L);
        out.writeRaw(scratch.array(), 0, scratch.size());
    }

    private ByteWriter begin() {
        if (chunk.size() >= StateFormat.CHUNK_BYTES) {
            close();
        }
        if (chunk.size() == 0) {
            header();
        }
        return chunk;
    }

    private void header() {
        StateFormat.header(chunk, state, time, mark, keys, values);
    }

    /** Makes sure that there is a chunk, though without an entry: a snapshot of nothing, or only what a header says. */
    void touch() {
        if (chunks.isEmpty() && appended.isEmpty() && chunk.size() == 0) {
            header();
        }
    }

    private void close() {
        if (chunk.size() > 0) {
            if (log == null) {
                chunks.add(new StateChunk(state, snapshot, chunk, large));
            } else {
                appended.add(log.append(chunk));
                largeOfAppended.add(large);
            }
            chunk = new ByteWriter(1024);
            large = null;
            largeBytes = LARGE_BYTES;
        }
    }

    List<StateChunk> finish() {
        if (snapshot) {
            touch();
        }
        close();
        for (int i = 0; i < appended.size(); i++) {
            chunks.add(StateChunk.appended(state, snapshot, durable(appended.get(i), largeOfAppended.get(i))));
        }
        return chunks;
    }

    private LogHandle durable(CompletableFuture<LogHandle> appended, @Nullable Object key) {
        try {
            return appended.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof WalException refused) {
                throw StateFormat.refused(state, key, refused);
            }
            throw e.getCause() instanceof RuntimeException known ? known : e;
        }
    }
}
