// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.Closing;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.plugin.ProviderSource;
import io.millrace.spi.plugin.ProviderSource.Found;
import io.millrace.spi.plugin.Suggestion;
import io.millrace.spi.plugin.ThreadContextClassLoader;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * Every provider of every {@link ProviderSource}, by kind and name, for one streaming context. What is there is decided
 * once, when the registry is opened; a plugin that cannot be loaded is left out and named when somebody asks for what is
 * missing. Thread-safe.
 */
public final class ProviderRegistry implements AutoCloseable {
    private final List<ProviderSource.Session> sessions;
    private final Map<ProviderKind, Map<String, Found<?>>> providers;
    private final List<String> problems;
    private final String searched;

    private ProviderRegistry(
            List<ProviderSource.Session> sessions,
            Map<ProviderKind, Map<String, Found<?>>> providers,
            List<String> problems,
            String searched) {
        this.sessions = sessions;
        this.providers = providers;
        this.problems = List.copyOf(problems);
        this.searched = searched;
    }

    /**
     * Takes the providers that the program made itself, and asks every {@link ProviderSource} that
     * {@link ServiceLoader} finds.
     *
     * @param given come before those that are found
     * @throws MillraceException of code {@link ErrorCode#USER_CONFIG} if the plugins directory is not usable, of code
     *     {@link ErrorCode#PLUGIN} if two plugins provide the same name, naming both
     */
    public static ProviderRegistry open(List<Provider> given, ProviderSource.Options options) {
        List<ProviderSource> sources = new ArrayList<>();
        sources.add(new GivenProviderSource(given));
        sources.addAll(found());
        return open(options, sources);
    }

    static ProviderRegistry open(ProviderSource.Options options, List<ProviderSource> sources) {
        if (options.plugins() != null && sources.stream().noneMatch(ProviderRegistry::loadsDropIns)) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "plugins directory '" + options.plugins() + "' is given, but nothing here loads drop-in plugins:"
                            + " add the artifact io.millrace:millrace-plugins, or give no plugins directory");
        }
        List<ProviderSource.Session> sessions = new ArrayList<>();
        try {
            List<String> problems = new ArrayList<>();
            Map<ProviderKind, Map<String, Found<?>>> providers = new EnumMap<>(ProviderKind.class);
            for (ProviderKind kind : ProviderKind.values()) {
                providers.put(kind, new TreeMap<>());
            }
            for (ProviderSource source : sources) {
                ProviderSource.Session session = source.open(options);
                sessions.add(session);
                problems.addAll(session.problems());
                providers.forEach((kind, named) ->
                        session.providers(kind.type()).forEach(found -> register(kind, found, named, problems)));
            }
            String searched = "class path and module path, "
                    + (options.plugins() == null
                            ? "no plugins directory given"
                            : "plugins directory '" + options.plugins() + "'");
            return new ProviderRegistry(sessions, providers, problems, searched);
        } catch (RuntimeException | Error e) {
            closeAll(sessions, e);
            throw e;
        }
    }

    private static List<ProviderSource> found() {
        List<ProviderSource> sources = new ArrayList<>();
        try {
            ServiceLoader.load(ProviderSource.class, EngineClasses.LOADER).forEach(sources::add);
        } catch (ServiceConfigurationError e) {
            throw new MillraceException(
                    ErrorCode.PLUGIN,
                    "a source of plugins cannot be loaded: " + e.getMessage()
                            + "; check that all Millrace artifacts are of one version (import millrace-bom)",
                    e);
        }
        return sources;
    }

    private static boolean loadsDropIns(ProviderSource source) {
        return !(source instanceof ClassPathProviderSource || source instanceof GivenProviderSource);
    }

    private static void register(
            ProviderKind kind, Found<?> found, Map<String, Found<?>> named, List<String> problems) {
        String name;
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(found.loader())) {
            name = found.provider().name();
        } catch (RuntimeException | LinkageError e) {
            problems.add(describe(kind, found) + " cannot say its name: " + e);
            return;
        }
        Found<?> other = named.putIfAbsent(name, found);
        if (other != null && other.provider().getClass() != found.provider().getClass()) {
            throw new MillraceException(
                    ErrorCode.PLUGIN,
                    kind.label() + " '" + name + "' is there twice: " + place(other) + " and " + place(found)
                            + "; remove one of them");
        }
    }

    /**
     * The provider of a kind with a name.
     *
     * @throws MillraceException if there is none: of code {@link ErrorCode#USER_CONFIG} if the name looks mistyped, else
     *     {@link ErrorCode#PLUGIN}; it says what there is, where was looked, and what could not be loaded
     */
    @SuppressWarnings("unchecked") // register() keeps each kind's own type
    public <P extends Provider> Found<P> find(Class<P> kind, String name) {
        Map<String, Found<?>> named = named(kind);
        Found<?> found = named.get(name);
        if (found == null) {
            throw unknown(ProviderKind.of(kind), name, named);
        }
        return (Found<P>) found;
    }

    /** Every provider of a kind by its name, in order of names; so that nobody need call a provider to ask it. */
    @SuppressWarnings("unchecked") // register() keeps each kind's own type
    public <P extends Provider> Map<String, Found<P>> all(Class<P> kind) {
        Map<String, Found<P>> all = new TreeMap<>();
        named(kind).forEach((name, found) -> all.put(name, (Found<P>) found));
        return all;
    }

    /** What could not be loaded and why, one line each. */
    public List<String> problems() {
        return problems;
    }

    /** Unloads the plugins; whatever they made must have been closed before. Idempotent. */
    @Override
    public void close() {
        RuntimeException failure = new MillraceException(ErrorCode.PLUGIN, "plugins could not be unloaded");
        closeAll(sessions, failure);
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
    }

    private static void closeAll(List<ProviderSource.Session> sessions, Throwable failure) {
        for (int i = sessions.size() - 1; i >= 0; i--) {
            try {
                sessions.get(i).close();
            } catch (RuntimeException | LinkageError e) {
                Closing.suppress(failure, e);
            }
        }
    }

    private Map<String, Found<?>> named(Class<? extends Provider> kind) {
        return providers.getOrDefault(ProviderKind.of(kind), Map.of());
    }

    private MillraceException unknown(ProviderKind kind, String name, Map<String, Found<?>> named) {
        StringBuilder message = new StringBuilder("unknown " + kind.label() + " '" + name + "'");
        Optional<String> nearest = nearest(kind, name);
        nearest.ifPresentOrElse(
                near -> message.append(", did you mean ").append(near).append('?'),
                () -> message.append(
                        named.isEmpty()
                                ? ": there is no " + kind.label() + " at all"
                                : ": there are " + String.join(", ", named.keySet())));
        message.append(" (looked in: ").append(searched).append(')');
        if (!problems.isEmpty()) {
            message.append("; not loaded: ").append(String.join("; ", problems));
        } else if (nearest.isEmpty()) {
            message.append("; add the plugin as a dependency, or put its zip into the plugins directory");
        }
        return new MillraceException(
                nearest.isPresent() ? ErrorCode.USER_CONFIG : ErrorCode.PLUGIN, message.toString());
    }

    /** What was probably meant: another name of the same kind, or else a name of another kind. */
    private Optional<String> nearest(ProviderKind kind, String name) {
        Optional<String> ofKind = Suggestion.nearest(name, named(kind.type()).keySet());
        if (ofKind.isPresent()) {
            return ofKind.map(near -> "'" + near + "'");
        }
        for (ProviderKind other : ProviderKind.values()) {
            Optional<String> ofOther =
                    Suggestion.nearest(name, named(other.type()).keySet());
            if (ofOther.isPresent()) {
                return ofOther.map(near -> "the " + other.label() + " '" + near + "'");
            }
        }
        return Optional.empty();
    }

    private static String describe(ProviderKind kind, Found<?> found) {
        return kind.label() + " " + place(found);
    }

    private static String place(Found<?> found) {
        return found.provider().getClass().getName() + " in " + found.origin();
    }
}
