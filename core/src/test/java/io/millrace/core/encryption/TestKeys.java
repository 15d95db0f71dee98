// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.encryption;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/** Keys for tests, made of their names. */
public final class TestKeys {
    private TestKeys() {}

    /** A line of a key file: the id, and a key that follows from {@code secret}. */
    public static String line(String id, String secret) {
        byte[] key = Arrays.copyOf(secret.getBytes(StandardCharsets.UTF_8), MasterKeys.KEY_BYTES);
        return id + ":" + Base64.getEncoder().encodeToString(key);
    }

    /** Encryption with keys whose secrets are their ids, the last of which encrypts. */
    public static Encryption of(String... ids) {
        return Encryption.with(keys(ids), false);
    }

    /** The same, which also reads what is not encrypted. */
    public static Encryption acceptingPlain(String... ids) {
        return Encryption.with(keys(ids), true);
    }

    /** Encryption with the lines of a key file. */
    public static Encryption ofLines(String... lines) {
        return Encryption.with(masters(lines), false);
    }

    static MasterKeys keys(String... ids) {
        return masters(Arrays.stream(ids).map(id -> line(id, id)).toArray(String[]::new));
    }

    private static MasterKeys masters(String... lines) {
        return MasterKeys.ofEnvironment("KEYS", Map.of("KEYS", String.join("\n", lines))::get);
    }

    /** Where the head of an envelope ends, which is followed by eight bytes of kind and eight of number. */
    public static int headLength(byte[] envelope) {
        return Envelope.headLength(envelope, 0);
    }

    /** Whether it begins as an envelope does. */
    public static boolean isEnvelope(byte[] bytes) {
        return Envelope.is(bytes, 0, bytes.length);
    }
}
