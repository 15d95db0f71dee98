// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.spill;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.spi.state.StateStore;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * A table of a store in which nobody who gets at the medium can read anything or change it unnoticed. A key is stored as
 * its MAC, since it must be found again; key and value together as AES-GCM, bound to that MAC, with a nonce that no table
 * of the store uses twice.
 */
final class SealedTable implements StateStore.Table {
    private static final int MAC_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final StateStore.Table table;
    private final SpillKeys keys;
    private final byte[] place;
    private final Mac mac;
    private final Cipher cipher;

    /**
     * A table.
     *
     * @param place which of the store's tables it is
     */
    SealedTable(StateStore.Table table, SpillKeys keys, String place) {
        this.table = table;
        this.keys = keys;
        ByteWriter name = new ByteWriter(64);
        name.writeString(place);
        this.place = name.toByteArray();
        try {
            this.mac = Mac.getInstance("HmacSHA256");
            this.mac.init(keys.names());
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot encrypt with AES-256-GCM: " + e, e);
        }
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        byte[] name = name(key);
        byte[] stored = table.get(name);
        return stored == null ? null : open(name, stored).value;
    }

    @Override
    public void put(byte[] key, byte[] value) {
        byte[] name = name(key);
        ByteWriter content = new ByteWriter(key.length + value.length + 5);
        content.writeBytes(key);
        content.writeRaw(value, 0, value.length);
        ByteBuffer nonce = ByteBuffer.allocate(NONCE_BYTES).putLong(keys.nextNumber());
        byte[] stored = new byte[NONCE_BYTES + content.size() + TAG_BITS / 8];
        System.arraycopy(nonce.array(), 0, stored, 0, NONCE_BYTES);
        try {
            cipher.init(Cipher.ENCRYPT_MODE, keys.contents(), new GCMParameterSpec(TAG_BITS, nonce.array()));
            cipher.updateAAD(name);
            cipher.doFinal(content.array(), 0, content.size(), stored, NONCE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("state cannot be encrypted: " + e, e);
        }
        table.put(name, stored);
    }

    @Override
    public boolean remove(byte[] key) {
        return table.remove(name(key));
    }

    @Override
    public void forEach(StateStore.EntryConsumer consumer) {
        Passing.each(table, (name, stored) -> {
            Entry entry = open(name, stored);
            consumer.accept(entry.key, entry.value);
        });
    }

    @Override
    public long size() {
        return table.size();
    }

    private byte[] name(byte[] key) {
        mac.update(place);
        return Arrays.copyOf(mac.doFinal(key), MAC_BYTES);
    }

    private Entry open(byte[] name, byte[] stored) {
        try {
            cipher.init(Cipher.DECRYPT_MODE, keys.contents(), new GCMParameterSpec(TAG_BITS, stored, 0, NONCE_BYTES));
            cipher.updateAAD(name);
            byte[] content = cipher.doFinal(stored, NONCE_BYTES, stored.length - NONCE_BYTES);
            ByteReader reader = new ByteReader(content);
            byte[] key = reader.readBytes();
            return new Entry(key, Arrays.copyOfRange(content, reader.position(), content.length));
        } catch (AEADBadTagException e) {
            throw new MillraceException(
                    ErrorCode.CORRUPT_DATA,
                    "the state store holds what this process did not write: its files were changed, or the medium is damaged;"
                            + " the next start builds the state anew from the logs",
                    e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("state cannot be decrypted: " + e, e);
        }
    }

    private static final class Entry {
        private final byte[] key;
        private final byte[] value;

        Entry(byte[] key, byte[] value) {
            this.key = key;
            this.value = value;
        }
    }
}
