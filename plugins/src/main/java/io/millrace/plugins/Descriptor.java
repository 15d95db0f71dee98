// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugins;

import io.millrace.spi.plugin.SpiVersion;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a plugin says of itself: in {@code plugin.properties} at the root of a zip, in the manifest of a fat jar.
 *
 * @param requires the range of Millrace versions that it runs with; empty for all
 * @param reloadable whether its class loader may be closed: some libraries leave threads and hooks behind that need it
 *     until the process ends
 */
record Descriptor(String id, String version, String requires, String spiVersion, boolean reloadable) {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    /** The descriptor in {@code plugin.properties}, read with {@code value}. */
    static Descriptor ofProperties(UnaryOperator<@Nullable String> value) throws BadPluginException {
        return of(
                value,
                "plugin.id",
                "plugin.version",
                "plugin.requires",
                "spi.version",
                "plugin.reloadable",
                "plugin.dependencies");
    }

    /** The descriptor in a manifest, read with {@code value}. */
    static Descriptor ofManifest(UnaryOperator<@Nullable String> value) throws BadPluginException {
        return of(
                value,
                "Plugin-Id",
                "Plugin-Version",
                "Plugin-Requires",
                "Spi-Version",
                "Plugin-Reloadable",
                "Plugin-Dependencies");
    }

    private static Descriptor of(
            UnaryOperator<@Nullable String> value,
            String id,
            String version,
            String requires,
            String spiVersion,
            String reloadable,
            String dependencies)
            throws BadPluginException {
        Descriptor descriptor = new Descriptor(
                text(value, id),
                text(value, version),
                text(value, requires),
                text(value, spiVersion),
                Boolean.parseBoolean(text(value, reloadable)));
        if (!ID.matcher(descriptor.id).matches()) {
            throw new BadPluginException(
                    descriptor.id.isEmpty()
                            ? "has no " + id
                                    + ", so it is no plugin; put only plugins here, libraries go into a plugin's zip"
                            : id + " '" + descriptor.id + "' is not usable; use letters, digits, '.', '_' and '-'");
        }
        if (descriptor.version.isEmpty()) {
            throw new BadPluginException("has no " + version + "; add it");
        }
        String others = text(value, dependencies);
        if (!others.isEmpty()) {
            throw new BadPluginException(dependencies + " '" + others
                    + "' is not supported: a plugin is self-contained; bundle what it needs");
        }
        return descriptor;
    }

    private static String text(UnaryOperator<@Nullable String> value, String key) {
        String text = value.apply(key);
        return text == null ? "" : text.trim();
    }

    /**
     * Checks that this host can run the plugin.
     *
     * @param satisfies whether a version is in a range
     */
    void check(String hostVersion, BiPredicate<String, String> satisfies) throws BadPluginException {
        if (!spiVersion.equals(Integer.toString(SpiVersion.CURRENT))) {
            throw new BadPluginException(
                    (spiVersion.isEmpty() ? "names no Spi-Version" : "is built for Spi-Version " + spiVersion)
                            + ", but Millrace " + hostVersion + " has Spi-Version " + SpiVersion.CURRENT
                            + "; take a release of plugin '" + id + "' that is built for it");
        }
        if (!requires.isEmpty() && !inRange(hostVersion, satisfies)) {
            throw new BadPluginException("requires Millrace " + requires + ", but this is " + hostVersion
                    + "; take a release of plugin '" + id + "' that fits, or another Millrace");
        }
    }

    private boolean inRange(String hostVersion, BiPredicate<String, String> satisfies) throws BadPluginException {
        try {
            return satisfies.test(hostVersion, requires);
        } catch (RuntimeException e) {
            throw new BadPluginException(
                    "Plugin-Requires '" + requires + "' is no version range; write it like '>=0.1.0 & <0.2.0'", e);
        }
    }
}
