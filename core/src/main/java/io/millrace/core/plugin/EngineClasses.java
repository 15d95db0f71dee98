// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.security.CodeSource;

/** What tells the engine's own classes from a plugin's, and where a class came from. */
final class EngineClasses {
    private static final String PACKAGES = "io.millrace.core.";

    /** The class loader of the engine. */
    static final ClassLoader LOADER = loaderOf(EngineClasses.class);

    private EngineClasses() {}

    /** Whether a class is part of the engine: nothing of it looks at the context class loader. */
    static boolean owns(Class<?> type) {
        return loaderOf(type) == LOADER && type.getName().startsWith(PACKAGES);
    }

    /** The class loader of a class; never null, even for a class of the JDK. */
    static ClassLoader loaderOf(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader == null ? ClassLoader.getPlatformClassLoader() : loader;
    }

    /** The jar or folder that a class came from, as a person would look for it. */
    static String origin(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        URL location = source == null ? null : source.getLocation();
        if (location == null) {
            return type.getModule().isNamed() ? "module " + type.getModule().getName() : type.getName();
        }
        if (!location.getProtocol().equals("file")) {
            return location.toString();
        }
        return Path.of(URI.create(location.toString())).toString();
    }
}
