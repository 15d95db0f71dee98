// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.encryption;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/** Puts bytes into envelopes. Used by one thread at a time. */
public final class Sealer {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final DataKeys keys;
    private final Cipher cipher;

    Sealer(DataKeys keys) {
        this.keys = keys;
        try {
            this.cipher = Envelope.cipher();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot encrypt with AES-256-GCM: " + e, e);
        }
    }

    /**
     * Writes an envelope.
     *
     * @param kind comes back when it is opened
     * @param place where it is going to be, and nowhere else
     * @param content its buffers from 0 to their limits; their positions do not move
     * @param into as many bytes as the content has, and {@link DataKeys#overhead}
     */
    public void seal(long kind, Place place, ByteBuffer[] content, ByteBuffer into) {
        seal(kind, null, place, content, into);
    }

    /**
     * Writes an envelope that says which one comes before it. The keys are of {@link Encryption#newLinkedDataKeys}.
     *
     * @param link comes back when it is opened
     * @see #seal(long, Place, ByteBuffer[], ByteBuffer)
     */
    public void seal(long kind, @Nullable Link link, Place place, ByteBuffer[] content, ByteBuffer into) {
        if ((link != null) != keys.linked()) {
            throw new IllegalArgumentException(place + (link == null ? " needs a link" : " has a link and needs none"));
        }
        DataKeys.Use use = keys.next();
        int begin = into.position();
        into.put(use.head).putLong(kind).putLong(use.number);
        if (link != null) {
            link.put(into);
        }
        try {
            cipher.init(Cipher.ENCRYPT_MODE, use.key, Envelope.nonce(use.number));
            cipher.updateAAD(into.duplicate().flip().position(begin));
            cipher.updateAAD(place.authenticated());
            for (ByteBuffer part : content) {
                cipher.update(part.duplicate().rewind(), into);
            }
            cipher.doFinal(NOTHING.duplicate(), into);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(place + " cannot be encrypted: " + e, e);
        }
    }
}
