// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugins;

import io.millrace.spi.plugin.Provider;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The class loader of one plugin. It sees the JDK, Millrace's API and SPI, slf4j, and otherwise nothing but the plugin's
 * own jars: not the host's class path, not the host's modules, not other plugins. The API is always the host's, even if
 * the plugin bundles a copy.
 */
final class StrictClassLoader extends URLClassLoader {
    static {
        registerAsParallelCapable();
    }

    private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();
    private static final ClassLoader API = loaderOf(Provider.class);
    private static final ClassLoader LOGGING = loaderOf(LoggerFactory.class);

    private final boolean reloadable;

    StrictClassLoader(Bundle bundle) {
        super("plugin-" + bundle.descriptor().id(), urls(bundle.classPath()), PLATFORM);
        this.reloadable = bundle.descriptor().reloadable();
    }

    private static URL[] urls(List<Path> classPath) {
        URL[] urls = new URL[classPath.size()];
        for (int i = 0; i < urls.length; i++) {
            try {
                urls[i] = classPath.get(i).toUri().toURL();
            } catch (MalformedURLException e) {
                throw new IllegalArgumentException(classPath.get(i) + " is no URL", e);
            }
        }
        return urls;
    }

    private static ClassLoader loaderOf(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader == null ? PLATFORM : loader;
    }

    /** Whether a module that a plugin requires is there without the plugin holding it. */
    static boolean providesModule(String name) {
        return name.equals("io.millrace.api") || name.equals("org.slf4j") || isPlatformModule(name);
    }

    private static boolean isPlatformModule(@Nullable String name) {
        return name != null && (name.startsWith("java.") || name.startsWith("jdk."));
    }

    private static @Nullable ClassLoader sharedFrom(String className) {
        if (className.startsWith("io.millrace.api.") || className.startsWith("io.millrace.spi.")) {
            return API;
        }
        return className.startsWith("org.slf4j.") ? LOGGING : null;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                ClassLoader shared = sharedFrom(name);
                loaded = shared == null ? ofPlatformOrPlugin(name) : shared.loadClass(name);
            }
            if (resolve) {
                resolveClass(loaded);
            }
            return loaded;
        }
    }

    private Class<?> ofPlatformOrPlugin(String name) throws ClassNotFoundException {
        try {
            Class<?> loaded = PLATFORM.loadClass(name);
            if (isOfPlatform(loaded)) {
                return loaded;
            }
        } catch (ClassNotFoundException e) {
            // the plugin's own, then
        }
        return findClass(name);
    }

    /**
     * The platform loader finds the classes of every module that the JVM was started with, the host's own included: the
     * three built-in loaders share one table of packages.
     */
    private static boolean isOfPlatform(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader == null
                || loader == PLATFORM
                || isPlatformModule(type.getModule().getName());
    }

    @Override
    public @Nullable URL getResource(String name) {
        URL own = findResource(name);
        return own == null ? PLATFORM.getResource(name) : own;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        List<URL> resources = new ArrayList<>(Collections.list(findResources(name)));
        resources.addAll(Collections.list(PLATFORM.getResources(name)));
        return Collections.enumeration(resources);
    }

    /** Closes the jars, unless the plugin said that something of it outlives being stopped. */
    @Override
    public void close() throws IOException {
        if (reloadable) {
            super.close();
        }
    }
}
