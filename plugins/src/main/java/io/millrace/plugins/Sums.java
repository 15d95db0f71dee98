// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugins;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The plugins that may be loaded: by the name of the file, the SHA-256 of what is in it. From the file that the system
 * property {@value #PROPERTY} names, in the format of {@code sha256sum}. Without the property, each may.
 */
final class Sums {
    /** The system property that names the file. */
    static final String PROPERTY = "millrace.plugins.sha256-sums";

    private static final Pattern LINE = Pattern.compile("\\\\?([0-9a-fA-F]{64})[ \\t]+\\*?(.+)");

    private final @Nullable Path source;
    private final Map<String, String> expected;

    private Sums(@Nullable Path source, Map<String, String> expected) {
        this.source = source;
        this.expected = expected;
    }

    /** Reads the file; throws {@code USER_CONFIG} if it cannot be read or has another format. */
    static Sums configured() {
        String named = System.getProperty(PROPERTY);
        if (named == null) {
            return new Sums(null, Map.of());
        }
        Path file = Path.of(named);
        Map<String, String> expected = new HashMap<>();
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                if (line.isEmpty() || line.startsWith("#")) {
                    continue;
                }
                Matcher matcher = LINE.matcher(line);
                if (!matcher.matches()) {
                    throw refused(
                            file, "line " + (i + 1) + " is no SHA-256 and name; write it with 'sha256sum *.zip'", null);
                }
                String name = matcher.group(2);
                expected.put(
                        name.substring(name.lastIndexOf('/') + 1),
                        matcher.group(1).toLowerCase(Locale.ROOT));
            }
        } catch (IOException e) {
            throw refused(file, "it cannot be read (" + e + ")", e);
        }
        return new Sums(file, expected);
    }

    /** Refuses a file that is not in the list, or is another one than that. */
    void check(Path file) throws IOException, BadPluginException {
        if (source == null) {
            return;
        }
        String name = file.getFileName().toString();
        String sum = expected.get(name);
        if (sum == null) {
            throw new BadPluginException("is not in the list of plugins that may be loaded, " + source
                    + "; add its line (sha256sum) if you trust it");
        }
        String found = sha256(file);
        if (!found.equals(sum)) {
            throw new BadPluginException("is not the file that may be loaded: its SHA-256 is " + found + ", and "
                    + source + " says " + sum + "; copy the right one here, or change the line if you trust this one");
        }
    }

    private static MillraceException refused(Path file, String why, @Nullable Throwable cause) {
        return new MillraceException(
                ErrorCode.USER_CONFIG,
                "the list of plugins -D" + PROPERTY + "=" + file + " is not usable: " + why,
                cause);
    }

    /** The SHA-256 of a file, in hexadecimal digits. */
    static String sha256(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
