// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.encryption;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.Settings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The settings of encryption, which a program has among its own and the command line takes beside a log store's. */
public final class EncryptionOptions {
    /** What their keys begin with. */
    public static final String PREFIX = "encryption.";

    public static final ConfigOption<String> KEY_FILE = ConfigOption.text(
            PREFIX + "key-file",
            "a file of lines id:base64, each a key of 32 bytes; logs and savepoints are encrypted with the last one and"
                    + " read with any; not encrypted unless it or the next is set");
    public static final ConfigOption<String> KEY_ENV = ConfigOption.text(
            PREFIX + "key-env", "the environment variable that holds the same, separated by blanks or commas");
    public static final ConfigOption<Boolean> ACCEPT_PLAIN = ConfigOption.flag(
                    PREFIX + "accept-plain",
                    "whether entries that are not encrypted are read although there is a key: for as long as a log holds"
                            + " what was written without one")
            .withDefault("false");

    private static final ConfigSpec SPEC = ConfigSpec.of(KEY_FILE, KEY_ENV, ACCEPT_PLAIN);

    private EncryptionOptions() {}

    /**
     * What the settings ask for; the keys are read now.
     *
     * @throws MillraceException if they cannot be used
     */
    public static Encryption read(Settings settings) {
        Optional<String> file = settings.find(KEY_FILE);
        Optional<String> variable = settings.find(KEY_ENV);
        boolean acceptPlain = settings.get(ACCEPT_PLAIN);
        if (file.isPresent() && variable.isPresent()) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG, KEY_FILE.key() + " and " + KEY_ENV.key() + " are both set: remove one");
        }
        if (file.isPresent()) {
            return Encryption.with(MasterKeys.ofFile(path(file.get())), acceptPlain);
        }
        if (variable.isPresent()) {
            return Encryption.with(MasterKeys.ofEnvironment(variable.get(), System::getenv), acceptPlain);
        }
        if (acceptPlain) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    ACCEPT_PLAIN.key() + " is set without a key: set " + KEY_FILE.key() + " or " + KEY_ENV.key()
                            + " too, or remove it");
        }
        return Encryption.NONE;
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG, KEY_FILE.key() + " = '" + text + "' is no path: " + e.getMessage(), e);
        }
    }

    /** Takes those that begin with {@link #PREFIX} out of {@code settings}, and reads them. */
    public static Encryption takeFrom(Map<String, String> settings) {
        Map<String, String> own = new TreeMap<>(settings);
        own.keySet().removeIf(key -> !key.startsWith(PREFIX));
        settings.keySet().removeAll(own.keySet());
        return read(SPEC.parse("encryption", own));
    }

    /** Those of a program, as {@link #takeFrom} takes them. */
    public static Map<String, String> given(Settings settings) {
        Map<String, String> given = new TreeMap<>();
        settings.below(PREFIX).forEach((key, value) -> given.put(PREFIX + key, value));
        return given;
    }
}
