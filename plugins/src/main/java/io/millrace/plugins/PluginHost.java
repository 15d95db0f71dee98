// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugins;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.pf4j.AbstractPluginManager;
import org.pf4j.DefaultExtensionFactory;
import org.pf4j.DefaultPluginDescriptor;
import org.pf4j.DefaultVersionManager;
import org.pf4j.ExtensionFactory;
import org.pf4j.ExtensionFinder;
import org.pf4j.ExtensionWrapper;
import org.pf4j.Plugin;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginFactory;
import org.pf4j.PluginLoader;
import org.pf4j.PluginRepository;
import org.pf4j.PluginState;
import org.pf4j.PluginStatusProvider;
import org.pf4j.VersionManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that pf4j does for us, behind one lock, since it is not thread-safe: version ranges, and the life cycle of
 * plugins. It neither unpacks nor discovers: bundles come in read and checked, and its extension finders find nothing.
 */
final class PluginHost implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PluginHost.class);

    private final Map<Path, Bundle> bundles = new ConcurrentHashMap<>();
    private final Deque<String> started = new ArrayDeque<>();
    private final AbstractPluginManager manager;

    PluginHost(Path directory, String hostVersion) {
        manager = manager(directory, bundles);
        manager.setSystemVersion(hostVersion);
        manager.setExactVersionAllowed(true);
    }

    /** Whether a version is in a range such as {@code >=0.1.0 & <0.2.0}. */
    static boolean satisfies(String version, String range) {
        return new DefaultVersionManager().checkVersionConstraint(version, range);
    }

    /** Loads and starts a plugin and gives its class loader. */
    synchronized ClassLoader load(Bundle bundle) throws BadPluginException {
        bundles.put(bundle.file(), bundle);
        try {
            String id = manager.loadPlugin(bundle.file());
            started.push(id);
            if (manager.startPlugin(id) != PluginState.STARTED) {
                throw new BadPluginException(
                        "cannot be started", manager.getPlugin(id).getFailedException());
            }
            return manager.getPluginClassLoader(id);
        } catch (RuntimeException e) {
            throw new BadPluginException("cannot be loaded (" + e.getMessage() + ")", e);
        } finally {
            bundles.remove(bundle.file());
        }
    }

    /** Stops and unloads a plugin that turned out to be of no use. */
    synchronized void unload(Bundle bundle) {
        if (started.remove(bundle.descriptor().id())) {
            stopAndUnload(bundle.descriptor().id());
        }
    }

    /** Stops and unloads the plugins, the last one first. Idempotent. */
    @Override
    public synchronized void close() {
        while (!started.isEmpty()) {
            stopAndUnload(started.pop());
        }
    }

    /** One by one: PluginManager.stopPlugins() of 3.15.0 changes the list that it walks, and leaves a plugin running. */
    private void stopAndUnload(String id) {
        try {
            manager.stopPlugin(id);
            manager.unloadPlugin(id);
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("Plugin '{}' did not stop cleanly", id, e);
        }
    }

    /**
     * An anonymous class, because its methods are called by the constructor of the class above it, when no field of a named
     * one would be set: what a method captures is there from the start.
     */
    private static AbstractPluginManager manager(Path directory, Map<Path, Bundle> bundles) {
        return new AbstractPluginManager(directory) {
            @Override
            protected PluginDescriptorFinder createPluginDescriptorFinder() {
                return new PluginDescriptorFinder() {
                    @Override
                    public boolean isApplicable(Path path) {
                        return bundles.containsKey(path);
                    }

                    @Override
                    public PluginDescriptor find(Path path) {
                        return describe(bundle(bundles, path).descriptor());
                    }
                };
            }

            @Override
            protected PluginLoader createPluginLoader() {
                return new PluginLoader() {
                    @Override
                    public boolean isApplicable(Path path) {
                        return bundles.containsKey(path);
                    }

                    @Override
                    public ClassLoader loadPlugin(Path path, PluginDescriptor descriptor) {
                        return new StrictClassLoader(bundle(bundles, path));
                    }
                };
            }

            @Override
            protected PluginFactory createPluginFactory() {
                return wrapper -> new Plugin();
            }

            @Override
            protected PluginRepository createPluginRepository() {
                return new Nothing();
            }

            @Override
            protected PluginStatusProvider createPluginStatusProvider() {
                return new Nothing();
            }

            @Override
            protected ExtensionFinder createExtensionFinder() {
                return new Nothing();
            }

            @Override
            protected ExtensionFactory createExtensionFactory() {
                return new DefaultExtensionFactory();
            }

            @Override
            protected VersionManager createVersionManager() {
                return new DefaultVersionManager();
            }
        };
    }

    private static Bundle bundle(Map<Path, Bundle> bundles, Path path) {
        return requireNonNull(bundles.get(path), "pf4j asks for a path that it was not given");
    }

    private static PluginDescriptor describe(Descriptor descriptor) {
        return new DefaultPluginDescriptor(
                descriptor.id(),
                "",
                Plugin.class.getName(),
                descriptor.version(),
                descriptor.requires().isEmpty() ? "*" : descriptor.requires(),
                "",
                "");
    }

    /** What of pf4j we do without: a folder that it looks into, files that disable plugins, and its own extensions. */
    private static final class Nothing implements PluginRepository, PluginStatusProvider, ExtensionFinder {
        @Override
        public List<Path> getPluginPaths() {
            return List.of();
        }

        @Override
        public boolean deletePluginPath(Path path) {
            return false;
        }

        @Override
        public boolean isPluginDisabled(String id) {
            return false;
        }

        @Override
        public void disablePlugin(String id) {}

        @Override
        public void enablePlugin(String id) {}

        @Override
        public <T> List<ExtensionWrapper<T>> find(Class<T> type) {
            return List.of();
        }

        @Override
        public <T> List<ExtensionWrapper<T>> find(Class<T> type, String id) {
            return List.of();
        }

        @Override
        @SuppressWarnings("rawtypes") // pf4j's own signature
        public List<ExtensionWrapper> find(String id) {
            return List.of();
        }

        @Override
        public Set<String> findClassNames(String id) {
            return Set.of();
        }
    }
}
