// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import io.millrace.spi.plugin.Loopback;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is said once of a PostgreSQL server on another machine that may be reached without TLS; other drivers are not known. */
final class PlainConnection {
    private static final Pattern POSTGRESQL = Pattern.compile("jdbc:postgresql://([^/?]*)(?:/[^?]*)?(?:\\?(.*))?");
    private static final Pattern PORT = Pattern.compile(":\\d+$");
    private static final Set<String> ENCRYPTED = Set.of("require", "verify-ca", "verify-full");

    private PlainConnection() {}

    /**
     * The warning, without the name of what connects; empty if all is encrypted or on this machine.
     *
     * @param properties what the driver is given beside the URL
     */
    static Optional<String> warning(String url, Properties properties) {
        Matcher matcher = POSTGRESQL.matcher(url);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Properties all = new Properties();
        all.putAll(properties);
        if (matcher.group(2) != null) {
            for (String pair : matcher.group(2).split("&", -1)) {
                int equals = pair.indexOf('=');
                all.setProperty(
                        equals < 0 ? pair : pair.substring(0, equals),
                        equals < 0 ? "true" : pair.substring(equals + 1));
            }
        }
        String ssl = all.getProperty("ssl", "false");
        boolean asked = ssl.isEmpty() || Boolean.parseBoolean(ssl);
        String mode =
                all.getProperty("sslmode", asked ? "verify-full" : "prefer").toLowerCase(Locale.ROOT);
        if (ENCRYPTED.contains(mode)) {
            return Optional.empty();
        }
        return Arrays.stream(matcher.group(1).split(","))
                .map(host ->
                        PORT.matcher(host.substring(host.lastIndexOf('@') + 1)).replaceFirst(""))
                .filter(host -> !host.isEmpty() && !Loopback.is(host))
                .findFirst()
                .map(host -> "the database on " + host + " may be reached without TLS (jdbc.sslmode = " + mode
                        + "): rows and the login can be read and changed on the way; set jdbc.sslmode = verify-full, or"
                        + " require, unless you trust that network");
    }
}
