// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.spill;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import io.millrace.api.function.ReduceFunction;
import io.millrace.core.table.KeyForms;
import io.millrace.core.table.KeyTable;
import io.millrace.core.table.KeyUndo;
import io.millrace.core.table.StateTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A table of which only the entries that were used last are in memory, up to a number of bytes; the others are in a store.
 * What is in memory counts: the store may have an older value of the same key. When memory is full, those that were not
 * used for longest leave it, an eighth of all at a time and in the order of their keys, so that the pages of a store that
 * is a tree are written for many of them at once.
 *
 * <p>Taking changes back puts the values from before into memory, whatever left it meanwhile. When the store fails, the
 * table refuses to be read from then on, and lets changes pass without effect, so that the task that failed can be taken
 * back: the logs have everything, and the next start builds the table anew.
 */
public final class SpillTable implements StateTable {
    /** What an entry takes beside the bytes of its key and its value: their objects, and the table's. */
    static final int ENTRY_BYTES = 144;

    private static final int HITS_AT_ONCE = 1 << 10;

    private final String state;
    private final Codec<Object> keys;
    private final Codec<Object> values;
    private final GuardedTable store;
    private final long limit;
    private final SpillMeters meters;
    private final LinkedHashMap<Object, Hot> hot = new LinkedHashMap<>(16, 0.75f, true);
    private final ByteWriter scratch = new ByteWriter(64);
    private final ByteReader reader = new ByteReader(new byte[0]);
    private final KnownKeys stored = new KnownKeys();
    private KeyFilter filter = new KeyFilter(0);
    private long bytes;
    private long size;
    private int hits;

    /**
     * An empty table.
     *
     * @param state for errors
     * @param store empty, too
     * @param limit how many bytes of entries are in memory
     */
    SpillTable(
            String state,
            Codec<Object> keys,
            Codec<Object> values,
            GuardedTable store,
            long limit,
            SpillMeters meters) {
        this.state = state;
        this.keys = keys;
        this.values = values;
        this.store = store;
        this.limit = limit;
        this.meters = meters;
    }

    @Override
    public long keys() {
        return size;
    }

    /** How many bytes its entries in memory take, about; may be a little behind when another thread asks. */
    long bytes() {
        return bytes;
    }

    @Override
    public @Nullable Object find(Object key, int hash) {
        Hot entry = entry(key, hash);
        return entry == null ? null : entry.value;
    }

    /** Null: it sees by itself that equal keys have equal bytes. */
    @Override
    public @Nullable Object own(Object key, int hash) {
        return null;
    }

    @Override
    public Object merge(Object key, int hash, Object value, ReduceFunction<Object> function, KeyUndo undo)
            throws Exception {
        Hot entry = entry(key, hash);
        Object before = entry == null ? null : entry.value;
        Object combined = before == null ? value : function.apply(before, value);
        if (combined == null) {
            throw KeyTable.nothing();
        }
        undo.note(key, hash, before);
        if (entry == null) {
            insert(key, combined, false);
            size++;
        } else {
            change(entry, combined);
        }
        makeRoom();
        return combined;
    }

    @Override
    public void put(Object key, int hash, Object value) {
        if (store.failed()) {
            return;
        }
        Hot entry = hot.get(key);
        if (entry == null) {
            boolean there = filter.mayHave(hash) && stored(key, hash);
            insert(key, value, there);
            size += there ? 0 : 1;
        } else {
            change(entry, value);
        }
        makeRoom();
    }

    @Override
    public void remove(Object key, int hash) {
        if (store.failed()) {
            return;
        }
        Hot entry = hot.remove(key);
        boolean there = entry != null;
        if (entry == null ? filter.mayHave(hash) : entry.stored) {
            there |= store.remove(encode(keys, key));
            stored.remove(hash);
        }
        bytes -= entry == null ? 0 : entry.bytes;
        size -= there ? 1 : 0;
    }

    @Override
    public <X extends Exception> void forEach(KeyTable.Entry<X> consumer) throws X {
        store.check();
        for (Map.Entry<Object, Hot> entry : hot.entrySet()) {
            consumer.accept(entry.getKey(), KeyTable.hash(entry.getKey()), entry.getValue().value);
        }
        store.<X>each((keyBytes, valueBytes) -> {
            Object key = decode(keys, keyBytes);
            Hot inMemory = hot.get(key);
            if (inMemory != null) {
                sameBytes(inMemory.key, key);
            } else {
                consumer.accept(key, KeyTable.hash(key), decode(values, valueBytes));
            }
        });
    }

    /** A key's entry in memory, fetched from the store if it is there. */
    private @Nullable Hot entry(Object key, int hash) {
        store.check();
        Hot entry = hot.get(key);
        if (entry != null) {
            if (++hits == HITS_AT_ONCE) {
                meters.hits(hits);
                hits = 0;
            }
            if (!entry.compared && entry.key != key) {
                sameBytes(entry.key, key);
                entry.compared = true;
            }
            return entry;
        }
        if (!filter.mayHave(hash)) {
            return null;
        }
        byte[] keyBytes = encode(keys, key);
        byte[] found = store.get(keyBytes);
        meters.looked(found != null);
        if (found == null) {
            isNew(key, hash);
            return null;
        }
        Hot fetched = new Hot(key, decode(values, found), keyBytes.length);
        fetched.stored = true;
        account(fetched, found.length);
        hot.put(key, fetched);
        makeRoom();
        return fetched;
    }

    private boolean stored(Object key, int hash) {
        boolean there = store.get(encode(keys, key)) != null;
        if (!there) {
            isNew(key, hash);
        }
        return there;
    }

    /** The store does not have the bytes of a key: it must not have an equal one in others. */
    private void isNew(Object key, int hash) {
        byte[] known = stored.of(hash);
        if (known != null) {
            Object other = decode(keys, known);
            if (other.equals(key)) {
                sameBytes(other, key);
            }
        }
    }

    private void sameBytes(Object known, Object came) {
        KeyForms.check(state, keys, known, came);
    }

    private void insert(Object key, Object value, boolean inStore) {
        Hot entry = new Hot(key, value, length(keys, key));
        entry.stored = inStore;
        hot.put(key, entry);
        change(entry, value);
    }

    private void change(Hot entry, Object value) {
        entry.value = value;
        entry.changed = true;
        account(entry, length(values, value));
    }

    private void account(Hot entry, int valueBytes) {
        long now = (long) ENTRY_BYTES + entry.keyBytes + valueBytes;
        bytes += now - entry.bytes;
        entry.bytes = now;
    }

    private int length(Codec<Object> codec, Object object) {
        scratch.clear();
        codec.encode(object, scratch);
        return scratch.size();
    }

    private byte[] encode(Codec<Object> codec, Object object) {
        scratch.clear();
        codec.encode(object, scratch);
        return scratch.toByteArray();
    }

    private Object decode(Codec<Object> codec, byte[] encoded) {
        reader.reset(encoded, 0, encoded.length);
        return codec.decode(reader, codec.version());
    }

    // ---- memory is full ----

    private void makeRoom() {
        if (bytes > limit && hot.size() > 1) {
            evict(limit - limit / 8);
        }
    }

    private void evict(long target) {
        List<Leaving> changed = new ArrayList<>();
        int leaving = 0;
        long left = bytes;
        for (Map.Entry<Object, Hot> oldest : hot.entrySet()) {
            if (left <= target || leaving == hot.size() - 1) {
                break;
            }
            Hot entry = oldest.getValue();
            left -= entry.bytes;
            leaving++;
            if (entry.changed) {
                changed.add(new Leaving(entry, oldest.getKey(), encode(keys, oldest.getKey())));
            }
        }
        changed.sort((one, other) -> Arrays.compareUnsigned(one.keyBytes, other.keyBytes));
        for (Leaving one : changed) {
            if (!one.entry.stored) {
                one.entry.stored = true;
                int hash = KeyTable.hash(one.key);
                filter.add(hash);
                stored.add(hash, one.keyBytes);
            }
            store.put(one.keyBytes, encode(values, one.entry.value));
            one.entry.changed = false;
        }
        meters.written(changed.size());
        Iterator<Hot> oldest = hot.values().iterator();
        for (int i = 0; i < leaving; i++) {
            bytes -= oldest.next().bytes;
            oldest.remove();
        }
        if (filter.full()) {
            renewFilter();
        }
    }

    /** Keys that were removed are still in the filter, and others were added. */
    private void renewFilter() {
        KeyFilter renewed = new KeyFilter(store.size() * 2);
        store.each((keyBytes, valueBytes) -> renewed.add(KeyTable.hash(decode(keys, keyBytes))));
        filter = renewed;
    }

    /** An entry in memory. */
    private static final class Hot {
        private final Object key;
        private final int keyBytes;
        private Object value;
        private long bytes;
        /** Not as in the store. */
        private boolean changed;
        /** The store has the key, though perhaps with another value. */
        private boolean stored;
        /** An equal key that came was found to have the same bytes; one such look each time that it is in memory. */
        private boolean compared;

        Hot(Object key, Object value, int keyBytes) {
            this.key = key;
            this.value = value;
            this.keyBytes = keyBytes;
        }
    }

    private static final class Leaving {
        private final Hot entry;
        private final Object key;
        private final byte[] keyBytes;

        Leaving(Hot entry, Object key, byte[] keyBytes) {
            this.entry = entry;
            this.key = key;
            this.keyBytes = keyBytes;
        }
    }
}
