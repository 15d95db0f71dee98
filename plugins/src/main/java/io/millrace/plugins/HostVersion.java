// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of Millrace that plugins are checked against. */
final class HostVersion {
    private HostVersion() {}

    /**
     * The version without qualifier: a snapshot of 0.1.0 already runs what requires 0.1.0, although semantic versioning
     * orders it before.
     */
    static String current() {
        try (InputStream resource = HostVersion.class.getResourceAsStream("version.properties")) {
            if (resource == null) {
                throw new IllegalStateException("version.properties is missing from io.millrace.plugins");
            }
            Properties properties = new Properties();
            properties.load(resource);
            String version = properties.getProperty("version", "");
            int qualifier = version.indexOf('-');
            return qualifier < 0 ? version : version.substring(0, qualifier);
        } catch (IOException e) {
            throw new UncheckedIOException("version.properties of io.millrace.plugins cannot be read", e);
        }
    }
}
