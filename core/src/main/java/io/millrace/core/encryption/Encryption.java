// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.encryption;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Whether and how what a program writes is encrypted. Reading takes what any of its keys encrypted; what is not encrypted
 * is refused if there is a key, unless that was allowed, since anybody could have put it there. Thread-safe.
 */
public final class Encryption {
    /** Nothing is encrypted, and what is encrypted is refused. */
    public static final Encryption NONE = new Encryption(null, true);

    private static final int REMEMBERED_KEYS = 256;
    private static final String GIVE_A_KEY =
            EncryptionOptions.KEY_FILE.key() + " or " + EncryptionOptions.KEY_ENV.key();

    private final @Nullable MasterKeys masters;
    private final boolean acceptPlain;
    private final SecureRandom random = new SecureRandom();
    private final SortedSet<String> used = new TreeSet<>();
    private final Map<ByteBuffer, SecretKey> dataKeys = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, SecretKey> eldest) {
            return size() > REMEMBERED_KEYS;
        }
    };

    private Encryption(@Nullable MasterKeys masters, boolean acceptPlain) {
        this.masters = masters;
        this.acceptPlain = acceptPlain;
    }

    static Encryption with(MasterKeys masters, boolean acceptPlain) {
        return new Encryption(masters, acceptPlain);
    }

    /** Whether what is written is encrypted. */
    public boolean encrypts() {
        return masters != null;
    }

    /** What a new writer seals with whose envelopes stand alone; empty if nothing is to be encrypted. */
    public Optional<DataKeys> newDataKeys() {
        return newDataKeys(Envelope.ALONE);
    }

    /** What a new writer of a log seals with, whose envelopes have links; empty if nothing is to be encrypted. */
    public Optional<DataKeys> newLinkedDataKeys() {
        return newDataKeys(Envelope.LINKED);
    }

    private Optional<DataKeys> newDataKeys(int version) {
        return masters == null ? Optional.empty() : Optional.of(new DataKeys(version, masters, random));
    }

    /** Whether the bytes are an envelope. */
    public static boolean isEnvelope(byte[] bytes, int from, int length) {
        return Envelope.is(bytes, from, length);
    }

    /**
     * The link that an envelope claims to have, which nothing vouches for until it is opened; empty if it has none, or its
     * version is not known.
     */
    public static Optional<Link> claimedLink(byte[] bytes, int from, int length) {
        boolean linked = Envelope.is(bytes, from, length) && Envelope.version(bytes, from) == Envelope.LINKED;
        int head = linked ? Envelope.headLength(bytes, from) : 0;
        return linked && length >= Envelope.overhead(Envelope.LINKED, head)
                ? Optional.of(Link.at(ByteBuffer.wrap(bytes), from + head + Envelope.NUMBERS))
                : Optional.empty();
    }

    /** Whether {@link #open} has something to do or to refuse; otherwise the bytes are the content. */
    public boolean concerns(byte[] bytes, int from, int length) {
        return !acceptPlain || Envelope.is(bytes, from, length);
    }

    /** What an envelope held. */
    public static final class Opened {
        private final long kind;
        private final @Nullable Link link;
        private final byte[] content;

        private Opened(long kind, @Nullable Link link, byte[] content) {
            this.kind = kind;
            this.link = link;
            this.content = content;
        }

        /** What it was said to be when it was sealed. */
        public long kind() {
            return kind;
        }

        /** What it said of the one before it when it was sealed; null if it has no link. */
        public @Nullable Link link() {
            return link;
        }

        /** The caller's. */
        public byte[] content() {
            return content;
        }
    }

    /**
     * Opens an envelope.
     *
     * @throws WalException {@code ACCESS_DENIED} if its key is missing or another, or it is none; {@code CORRUPT} if it was
     *     changed, or was not made for this place
     */
    public Opened open(byte[] bytes, int from, int length, Place place) {
        if (!Envelope.is(bytes, from, length)) {
            throw new WalException(
                    Reason.ACCESS_DENIED,
                    place + " is not encrypted although a key was given: if it was written before there was a key, set "
                            + EncryptionOptions.ACCEPT_PLAIN.key()
                            + " = true until it is gone; otherwise it was put there"
                            + " from outside");
        }
        int version = Envelope.version(bytes, from);
        if (version != Envelope.ALONE && version != Envelope.LINKED) {
            throw new WalException(
                    Reason.UNSUPPORTED,
                    place + " is encrypted in version " + version + " of the format, this version of Millrace reads 1"
                            + " and 2: use the version that wrote it, or a newer one");
        }
        int head = Envelope.headLength(bytes, from);
        if (length < Envelope.overhead(version, head)) {
            throw new WalException(
                    Reason.CORRUPT,
                    place + " is encrypted and was cut to " + length + " bytes: restore it from a copy");
        }
        ByteBuffer numbers = ByteBuffer.wrap(bytes, from + head, Envelope.between(version));
        long kind = numbers.getLong();
        SecretKey key = dataKey(Arrays.copyOfRange(bytes, from, from + head), place);
        try {
            Cipher cipher = Envelope.cipher();
            cipher.init(Cipher.DECRYPT_MODE, key, Envelope.nonce(numbers.getLong()));
            int sealedAt = head + Envelope.between(version);
            cipher.updateAAD(bytes, from, sealedAt);
            cipher.updateAAD(place.authenticated());
            Link link = version == Envelope.LINKED ? Link.at(numbers, numbers.position()) : null;
            return new Opened(kind, link, cipher.doFinal(bytes, from + sealedAt, length - sealedAt));
        } catch (AEADBadTagException e) {
            throw new WalException(
                    Reason.CORRUPT,
                    place
                            + " is not what was encrypted for this place, though its checksum is right: it was changed or"
                            + " moved from outside; restore it from a copy that can be trusted",
                    e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(place + " cannot be decrypted: " + e, e);
        }
    }

    private SecretKey dataKey(byte[] head, Place place) {
        synchronized (dataKeys) {
            SecretKey known = dataKeys.get(ByteBuffer.wrap(head));
            if (known == null) {
                known = unwrap(head, place);
                dataKeys.put(ByteBuffer.wrap(head), known);
            }
            return known;
        }
    }

    private SecretKey unwrap(byte[] head, Place place) {
        String id = Envelope.keyId(head);
        if (!MasterKeys.isId(id)) {
            throw new WalException(
                    Reason.CORRUPT,
                    place + " names an impossible key: it was changed from outside; restore it from a copy");
        }
        if (masters == null) {
            throw denied(
                    place + " is encrypted with the key '" + id + "' and no key was given: set " + GIVE_A_KEY
                            + " (on the command line with --set)",
                    null);
        }
        SecretKey master = masters.find(id);
        if (master == null) {
            throw denied(
                    place + " is encrypted with the key '" + id + "', which is not in " + masters
                            + ": put it back, before the others, until nothing that it encrypted is left",
                    null);
        }
        try {
            SecretKey key = Envelope.unwrap(head, master);
            used.add(id);
            return key;
        } catch (AEADBadTagException e) {
            throw denied(
                    place + " is encrypted with another key than the one that is called '" + id + "' in " + masters
                            + ": give the one that it was written with",
                    e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(place + " cannot be decrypted: " + e, e);
        }
    }

    private static WalException denied(String message, @Nullable Throwable cause) {
        return new WalException(Reason.ACCESS_DENIED, message, cause);
    }

    /** The ids of the keys that what was opened so far needed. */
    public SortedSet<String> usedKeys() {
        synchronized (dataKeys) {
            return new TreeSet<>(used);
        }
    }

    /** What is done, and with which keys, for people. */
    @Override
    public String toString() {
        return masters == null
                ? "not encrypted"
                : "encrypted with AES-256-GCM by the key '" + masters.newest() + "' of " + masters;
    }
}
