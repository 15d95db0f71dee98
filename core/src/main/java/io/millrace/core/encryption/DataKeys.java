// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.encryption;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The data keys of one writer: random, made when it begins, never stored but under the master key, and replaced when
 * their numbers are used up. So no pair of key and nonce comes twice: not after a restart, nor when what could not be
 * written is written elsewhere, nor when a copy of the whole directory is put back. Thread-safe.
 */
public final class DataKeys {
    /** Far fewer than GCM could take. */
    private static final long NUMBERS = 1L << 32;

    private final int version;
    private final String keyId;
    private final SecretKey master;
    private final SecureRandom random;
    private final long numbers;
    private final int headLength;

    private byte[] head;
    private SecretKey key;
    private long next;

    DataKeys(int version, MasterKeys masters, SecureRandom random) {
        this(version, masters, random, NUMBERS);
    }

    DataKeys(int version, MasterKeys masters, SecureRandom random, long numbers) {
        this.version = version;
        this.keyId = masters.newest();
        this.master = masters.key(keyId);
        this.random = random;
        this.numbers = numbers;
        byte[] bytes = randomKey();
        this.head = head(bytes);
        this.key = new SecretKeySpec(bytes, "AES");
        this.headLength = head.length;
    }

    /** A key and a number that was never used with it. */
    static final class Use {
        final byte[] head;
        final SecretKey key;
        final long number;

        private Use(byte[] head, SecretKey key, long number) {
            this.head = head;
            this.key = key;
            this.number = number;
        }
    }

    synchronized Use next() {
        if (next == numbers) {
            byte[] bytes = randomKey();
            head = head(bytes);
            key = new SecretKeySpec(bytes, "AES");
            next = 0;
        }
        return new Use(head, key, next++);
    }

    private byte[] randomKey() {
        byte[] bytes = new byte[MasterKeys.KEY_BYTES];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] head(byte[] dataKey) {
        try {
            return Envelope.head(version, keyId, master, dataKey, random);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot encrypt with AES-256-GCM: " + e, e);
        }
    }

    /** How many bytes longer than its content an envelope is. */
    public int overhead() {
        return Envelope.overhead(version, headLength);
    }

    /** The id of the key that is needed to open what was sealed. */
    public String keyId() {
        return keyId;
    }

    /** Whether each envelope has a link. */
    boolean linked() {
        return version == Envelope.LINKED;
    }

    /** A sealer for one thread at a time. */
    public Sealer sealer() {
        return new Sealer(this);
    }
}
