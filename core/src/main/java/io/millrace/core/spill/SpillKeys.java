// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.spill;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of one store, random and never written anywhere: when the process is gone nobody can read what it left, nor
 * need anybody. Thread-safe.
 */
final class SpillKeys {
    private static final int BYTES = 32;

    private final SecretKey names;
    private final SecretKey contents;
    private final AtomicLong numbers = new AtomicLong();

    SpillKeys(SecureRandom random) {
        names = new SecretKeySpec(random(random), "HmacSHA256");
        contents = new SecretKeySpec(random(random), "AES");
    }

    private static byte[] random(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return bytes;
    }

    /** For what keys are stored as. */
    SecretKey names() {
        return names;
    }

    /** For entries. */
    SecretKey contents() {
        return contents;
    }

    /** A number that was never used with them. */
    long nextNumber() {
        return numbers.getAndIncrement();
    }
}
