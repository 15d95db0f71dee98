// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugins;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.plugin.ProviderSource;
import io.millrace.spi.plugin.ProviderSource.Found;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The plugins of one directory, loaded for one streaming context. */
final class DropIns implements ProviderSource.Session {
    private static final Logger LOG = LoggerFactory.getLogger(DropIns.class);

    private final @Nullable PluginHost host;
    private final Map<Class<?>, List<Found<?>>> found = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    /** No plugins. */
    DropIns() {
        this.host = null;
    }

    private DropIns(PluginHost host) {
        this.host = host;
    }

    /** Loads each file that is a plugin in order; the others become {@link #problems()}. */
    static DropIns load(Path directory, List<Path> files) {
        PluginHost host = new PluginHost(directory, HostVersion.current());
        DropIns dropIns = new DropIns(host);
        try {
            for (Bundle bundle : dropIns.read(files)) {
                dropIns.load(host, bundle);
            }
            return dropIns;
        } catch (RuntimeException | Error e) {
            host.close();
            throw e;
        }
    }

    private Iterable<Bundle> read(List<Path> files) {
        if (files.isEmpty()) {
            return List.of();
        }
        BundleReader reader = new BundleReader(new ZipExpander(WorkDirectory.locate()), Sums.configured());
        Map<String, Bundle> bundles = new TreeMap<>();
        for (Path file : files) {
            try {
                Bundle bundle = reader.read(file);
                Bundle other = bundles.putIfAbsent(bundle.descriptor().id(), bundle);
                if (other != null) {
                    throw new MillraceException(
                            ErrorCode.PLUGIN,
                            "plugin '" + bundle.descriptor().id() + "' is there twice: " + label(other) + " and "
                                    + label(bundle) + "; remove one of them");
                }
            } catch (BadPluginException e) {
                report(file, e.getMessage(), e);
            }
        }
        return bundles.values();
    }

    private void load(PluginHost host, Bundle bundle) {
        try {
            bundle.descriptor().check(HostVersion.current(), PluginHost::satisfies);
            ClassLoader loader = host.load(bundle);
            ProviderDiscovery discovery = ProviderDiscovery.in(loader);
            discovery.problems().forEach(problem -> report(bundle.file(), problem, null));
            if (discovery.offers().isEmpty()) {
                host.unload(bundle);
                if (discovery.problems().isEmpty()) {
                    throw new BadPluginException("provides nothing: it has no file in META-INF/services that names a"
                            + " provider of this Millrace; see docs/spec/plugin-packaging.md");
                }
                return;
            }
            String origin = bundle.file().toString();
            for (ProviderDiscovery.Offer<?> offer : discovery.offers()) {
                found.computeIfAbsent(offer.kind(), kind -> new ArrayList<>())
                        .add(new Found<>(offer.provider(), loader, origin));
            }
            LOG.info(
                    "Loaded plugin {} {} from {}: {}",
                    bundle.descriptor().id(),
                    bundle.descriptor().version(),
                    origin,
                    discovery.offers().stream()
                            .map(offer -> offer.provider().getClass().getName())
                            .distinct()
                            .collect(Collectors.joining(", ")));
        } catch (BadPluginException e) {
            report(bundle.file(), e.getMessage(), e);
        }
    }

    private void report(Path file, @Nullable String problem, @Nullable Throwable cause) {
        String line = file + ": " + problem;
        problems.add(line);
        LOG.warn("Not loaded: {}", line);
        LOG.debug("Not loaded: {}", file, cause);
    }

    private static String label(Bundle bundle) {
        return bundle.file() + " (version " + bundle.descriptor().version() + ")";
    }

    @Override
    @SuppressWarnings("unchecked") // load() keeps each kind's own type
    public <P extends Provider> List<Found<P>> providers(Class<P> kind) {
        return found.getOrDefault(kind, List.of()).stream()
                .map(one -> (Found<P>) one)
                .toList();
    }

    @Override
    public List<String> problems() {
        return List.copyOf(problems);
    }

    @Override
    public void close() {
        if (host != null) {
            host.close();
        }
    }
}
