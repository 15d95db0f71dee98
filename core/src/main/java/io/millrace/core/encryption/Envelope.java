// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.encryption;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The layout of an envelope (EN-10): magic, version, the master key's id, the data key under the master key, the kind of
 * what is in it, a number, in version 2 its link, the ciphertext, its tag. Everything before the kind is the same for all that one data key
 * seals, and is called its head.
 */
final class Envelope {
    static final int MAGIC = 0x4D5245A9;

    /** Of what stands alone: the parts of a savepoint, and entries that were written before there were links. */
    static final int ALONE = 1;

    /** Of entries of a log, each with a {@link Link}. */
    static final int LINKED = 2;

    /** The authentication tag that AES-GCM adds to what it encrypts. */
    static final int TAG = 16;

    private static final int NONCE = 12;
    private static final int FIXED_HEAD = 6; // magic, version, length of the id
    private static final int WRAPPED = NONCE + MasterKeys.KEY_BYTES + TAG;
    private static final int VERSION_AT = 4;
    private static final int ID_LENGTH_AT = 5;

    /** Kind and number, behind the head. */
    static final int NUMBERS = 16;

    private Envelope() {}

    /** Whether the bytes are an envelope of this or a later version: no other payload begins so. */
    static boolean is(byte[] bytes, int from, int length) {
        return length > FIXED_HEAD && ByteBuffer.wrap(bytes, from, length).getInt() == MAGIC;
    }

    static int version(byte[] bytes, int from) {
        return bytes[from + VERSION_AT] & 0xFF;
    }

    /** How long the head is, as it says itself. */
    static int headLength(byte[] bytes, int from) {
        return FIXED_HEAD + (bytes[from + ID_LENGTH_AT] & 0xFF) + WRAPPED;
    }

    static String keyId(byte[] head) {
        return new String(head, FIXED_HEAD, head[ID_LENGTH_AT] & 0xFF, US_ASCII);
    }

    /** What stands between head and ciphertext. */
    static int between(int version) {
        return version == ALONE ? NUMBERS : NUMBERS + Link.BYTES;
    }

    /** How many bytes longer than its content an envelope is. */
    static int overhead(int version, int headLength) {
        return headLength + between(version) + TAG;
    }

    /** The head of a new data key. */
    static byte[] head(int version, String keyId, SecretKey master, byte[] dataKey, SecureRandom random)
            throws GeneralSecurityException {
        byte[] id = keyId.getBytes(US_ASCII);
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        ByteBuffer head = ByteBuffer.allocate(FIXED_HEAD + id.length + WRAPPED);
        head.putInt(MAGIC).put((byte) version).put((byte) id.length).put(id);
        Cipher cipher = cipher();
        cipher.init(Cipher.ENCRYPT_MODE, master, new GCMParameterSpec(TAG * Byte.SIZE, nonce));
        cipher.updateAAD(head.array(), 0, head.position());
        head.put(nonce).put(cipher.doFinal(dataKey));
        return head.array();
    }

    /** The data key of a head; an {@link javax.crypto.AEADBadTagException} if it is another master key's. */
    static SecretKey unwrap(byte[] head, SecretKey master) throws GeneralSecurityException {
        int nonceAt = head.length - WRAPPED;
        byte[] nonce = Arrays.copyOfRange(head, nonceAt, nonceAt + NONCE);
        Cipher cipher = cipher();
        cipher.init(Cipher.DECRYPT_MODE, master, new GCMParameterSpec(TAG * Byte.SIZE, nonce));
        cipher.updateAAD(head, 0, nonceAt);
        return new SecretKeySpec(cipher.doFinal(head, nonceAt + NONCE, WRAPPED - NONCE), "AES");
    }

    /** The nonce of the envelope with this number: each number is used once with a data key. */
    static GCMParameterSpec nonce(long number) {
        return new GCMParameterSpec(
                TAG * Byte.SIZE,
                ByteBuffer.allocate(NONCE).putLong(NONCE - Long.BYTES, number).array());
    }

    static Cipher cipher() throws GeneralSecurityException {
        return Cipher.getInstance("AES/GCM/NoPadding");
    }
}
