// SPDX-License-Identifier: Apache-2.0
package io.millrace.state.mvstore;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.Causes;
import io.millrace.spi.state.StateStore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.jspecify.annotations.Nullable;

/** A store of one run of a program: a map of an MVStore for each table. Keeps no version but the last, and syncs nothing. */
final class MvStateStore implements StateStore {
    private static final int PERCENT_USED = 60;

    private final ScratchFile file;
    private final MVStore store;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    MvStateStore(ScratchFile file, long cacheBytes, long bufferBytes) {
        this(file, file.content().toString(), cacheBytes, bufferBytes);
    }

    /**
     * A store.
     *
     * @param fileName what the MVStore is told that the file is called
     */
    MvStateStore(ScratchFile file, String fileName, long cacheBytes, long bufferBytes) {
        this.file = file;
        try {
            this.store = new MVStore.Builder()
                    .fileName(fileName)
                    .cacheSize(Math.toIntExact(Math.max(1, cacheBytes >> 20)))
                    .autoCommitBufferSize(Math.toIntExact(bufferBytes >> 10))
                    .autoCompactFillRate(PERCENT_USED)
                    .backgroundExceptionHandler((thread, thrown) -> failure.compareAndSet(null, thrown))
                    .open();
        } catch (MVStoreException e) {
            throw failed(e);
        }
        store.setVersionsToKeep(0);
        store.setRetentionTime(0);
    }

    @Override
    public StateStore.Table table(String state, int partition) {
        MVMap.Builder<byte[], byte[]> types = new MVMap.Builder<byte[], byte[]>()
                .keyType(ByteArrayDataType.INSTANCE)
                .valueType(ByteArrayDataType.INSTANCE);
        return new Table(access(() -> store.openMap(state + "/" + partition, types)));
    }

    @Override
    public long bytes() {
        return store.isClosed() ? 0 : store.getFileStore().size();
    }

    @Override
    public void close() {
        store.closeImmediately();
        file.close();
    }

    private <T extends @Nullable Object> T access(Supplier<T> access) {
        Throwable before = failure.get();
        if (before != null) {
            throw failed(before);
        }
        try {
            return access.get();
        } catch (MVStoreException e) {
            Throwable first = failure.get(); // what a thread of the store met says more than that it is closed now
            throw failed(first == null ? e : first);
        }
    }

    private MillraceException failed(Throwable cause) {
        return new MillraceException(
                ErrorCode.EXTERNAL_SYSTEM,
                "the state store's file '" + file.content() + "' cannot be read or written: " + Causes.deepest(cause)
                        + "; nothing is lost: see that its disk has room, and start the program again, which builds the"
                        + " state from the logs",
                cause);
    }

    private final class Table implements StateStore.Table {
        private final MVMap<byte[], byte[]> map;

        Table(MVMap<byte[], byte[]> map) {
            this.map = map;
        }

        @Override
        public byte @Nullable [] get(byte[] key) {
            return MvStateStore.this.<byte @Nullable []>access(() -> map.get(key));
        }

        @Override
        public void put(byte[] key, byte[] value) {
            access(() -> map.put(key, value));
        }

        @Override
        public boolean remove(byte[] key) {
            return access(() -> map.remove(key) != null);
        }

        /** The pages of this version stay in the file meanwhile, though the store compacts it in the background. */
        @Override
        public void forEach(EntryConsumer consumer) {
            access(() -> {
                MVStore.TxCounter version = store.registerVersionUsage();
                try {
                    Cursor<byte[], byte[]> cursor = map.cursor(null);
                    while (cursor.hasNext()) {
                        byte[] key = cursor.next();
                        consumer.accept(key, cursor.getValue());
                    }
                } finally {
                    store.deregisterVersionUsage(version);
                }
                return true;
            });
        }

        @Override
        public long size() {
            return map.sizeAsLong();
        }
    }
}
