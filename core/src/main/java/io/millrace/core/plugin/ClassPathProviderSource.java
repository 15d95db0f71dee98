// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import io.millrace.spi.plugin.Provider;
import io.millrace.spi.plugin.ProviderSource;
import io.millrace.spi.plugin.ThreadContextClassLoader;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The providers on the class path and the module path: whatever {@link ServiceLoader} finds through the engine's own
 * layer, its own class loader and the context class loader of the thread that opens the source (the program's, where
 * the engine lives in a parent of it). A provider that several of them see counts once.
 */
public final class ClassPathProviderSource implements ProviderSource {
    /** Called by {@link ServiceLoader}. */
    public ClassPathProviderSource() {}

    @Override
    public Session open(Options options) {
        Map<ProviderKind, List<Found<?>>> found = new EnumMap<>(ProviderKind.class);
        List<String> problems = new ArrayList<>();
        for (ProviderKind kind : ProviderKind.values()) {
            found.put(kind, search(kind.type(), problems));
        }
        return new FixedSession(found, problems);
    }

    private static <P extends Provider> List<Found<?>> search(Class<P> kind, List<String> problems) {
        List<Found<?>> found = new ArrayList<>();
        Set<Class<?>> seen = new HashSet<>();
        for (ServiceLoader<P> services : loaders(kind)) {
            collect(services.stream().iterator(), seen, found, problems);
        }
        return found;
    }

    private static <P> List<ServiceLoader<P>> loaders(Class<P> kind) {
        Set<ClassLoader> loaders = new LinkedHashSet<>();
        loaders.add(EngineClasses.LOADER);
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        if (context != null) {
            loaders.add(context);
        }
        List<ServiceLoader<P>> services = new ArrayList<>();
        ModuleLayer layer = ClassPathProviderSource.class.getModule().getLayer();
        if (layer != null) {
            services.add(ServiceLoader.load(layer, kind));
        }
        loaders.forEach(loader -> services.add(ServiceLoader.load(kind, loader)));
        return services;
    }

    /** One provider that cannot be loaded is a problem of its own; the others are not told. */
    private static <P extends Provider> void collect(
            Iterator<ServiceLoader.Provider<P>> services,
            Set<Class<?>> seen,
            List<Found<?>> found,
            List<String> problems) {
        String lastProblem = null;
        while (true) {
            try {
                if (!services.hasNext()) {
                    return;
                }
                ServiceLoader.Provider<P> service = services.next();
                if (seen.add(service.type())) {
                    found.add(instantiate(service));
                }
            } catch (ServiceConfigurationError | LinkageError e) {
                String problem = "a provider on the class path or module path cannot be loaded: " + reason(e);
                if (problem.equals(lastProblem)) {
                    return; // the loader is stuck where it is
                }
                lastProblem = problem;
                if (!problems.contains(problem)) {
                    problems.add(problem);
                }
            }
        }
    }

    private static <P extends Provider> Found<P> instantiate(ServiceLoader.Provider<P> service) {
        Class<? extends P> type = service.type();
        ClassLoader loader = EngineClasses.loaderOf(type);
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return new Found<>(service.get(), loader, EngineClasses.origin(type));
        }
    }

    private static String reason(Throwable e) {
        @Nullable Throwable cause = e.getCause();
        return cause == null ? String.valueOf(e.getMessage()) : e.getMessage() + " (" + cause + ")";
    }

    private static final class FixedSession implements Session {
        private final Map<ProviderKind, List<Found<?>>> found;
        private final List<String> problems;

        FixedSession(Map<ProviderKind, List<Found<?>>> found, List<String> problems) {
            this.found = found;
            this.problems = List.copyOf(problems);
        }

        @Override
        @SuppressWarnings("unchecked") // search() put providers of this very type there
        public <P extends Provider> List<Found<P>> providers(Class<P> kind) {
            List<Found<P>> typed = new ArrayList<>();
            found.getOrDefault(ProviderKind.of(kind), List.of()).forEach(one -> typed.add((Found<P>) one));
            return typed;
        }

        @Override
        public List<String> problems() {
            return problems;
        }

        @Override
        public void close() {}
    }
}
