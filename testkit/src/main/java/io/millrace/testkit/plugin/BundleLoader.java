// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.plugin;

import io.millrace.spi.plugin.Provider;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;

/** Sees what a host's class loader for a plugin sees: the JDK, the API and slf4j, and the bundle. */
final class BundleLoader extends URLClassLoader {
    static {
        registerAsParallelCapable();
    }

    private static final List<String> SHARED = List.of("io.millrace.api.", "io.millrace.spi.", "org.slf4j.");

    BundleLoader(List<BundleJar> jars) {
        super(jars.stream().map(BundleLoader::url).toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    private static URL url(BundleJar jar) {
        try {
            return jar.file().toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (SHARED.stream().anyMatch(name::startsWith)) {
            return Provider.class.getClassLoader().loadClass(name);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            try {
                Class<?> platform = getParent().loadClass(name);
                if (isOfPlatform(platform)) {
                    return platform;
                }
            } catch (ClassNotFoundException e) {
                // the bundle's own, then
            }
            return findClass(name);
        }
    }

    /** The platform's loader finds the classes of the program's modules, too. */
    private static boolean isOfPlatform(Class<?> type) {
        String module = type.getModule().getName();
        return type.getClassLoader() != ClassLoader.getSystemClassLoader()
                || (module != null && (module.startsWith("java.") || module.startsWith("jdk.")));
    }
}
