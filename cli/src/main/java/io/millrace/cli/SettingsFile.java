// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Settings in a file of Java properties: what is given by {@code --set}, every user of the machine can see. One with a
 * secret must be readable by its owner alone.
 */
final class SettingsFile {
    private static final Pattern SECRET = Pattern.compile("secret|password|passphrase|token|credential|jaas");
    private static final Set<PosixFilePermission> OTHERS =
            Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

    private SettingsFile() {}

    /** The settings of a file, over which those that are given rule; just these if there is no file. */
    static Map<String, String> with(@Nullable Path file, Map<String, String> given) {
        Map<String, String> settings = new TreeMap<>();
        if (file != null) {
            settings.putAll(read(file));
        }
        settings.putAll(given);
        return settings;
    }

    private static Map<String, String> read(Path file) {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        } catch (IOException | IllegalArgumentException e) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the settings in '" + file + "' are not usable: the file cannot be read as Java properties (" + e
                            + ")",
                    e);
        }
        Map<String, String> settings = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> settings.put(key, properties.getProperty(key)));
        Optional<String> secret = settings.keySet().stream()
                .filter(key -> SECRET.matcher(key).find())
                .findFirst();
        if (secret.isPresent()) {
            refuseReadableByOthers(file, secret.get());
        }
        return settings;
    }

    private static void refuseReadableByOthers(Path file, String secret) {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        try {
            Set<PosixFilePermission> permissions = view.readAttributes().permissions();
            if (permissions.stream().anyMatch(OTHERS::contains)) {
                throw new MillraceException(
                        ErrorCode.USER_CONFIG,
                        "the file '" + file + "' holds '" + secret + "', and other users can read it ("
                                + PosixFilePermissions.toString(permissions) + "): 'chmod 600' it");
            }
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG, "the permissions of '" + file + "' cannot be read: " + e, e);
        }
    }
}
