// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.listener.ListenerProvider;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.plugin.ProviderSource;
import io.millrace.spi.plugin.ThreadContextClassLoader;
import io.millrace.spi.receiver.ReceiverProvider;
import io.millrace.spi.scheduler.SchedulerProvider;
import io.millrace.spi.sink.SinkProvider;
import io.millrace.spi.state.StateStoreProvider;
import io.millrace.spi.wal.WalStoreProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * The providers that a program started with this installation and a plugins directory would find.
 *
 * @param found by kind and name
 * @param problems what could not be loaded, one line each
 */
record Providers(List<Entry> found, List<String> problems) {
    private static final Map<Class<? extends Provider>, String> KINDS = kinds();

    /** A provider: what it makes, its name, where it was found. */
    record Entry(String kind, String name, String origin) {}

    /**
     * Looks into {@code plugins} and at the class path and module path, and unloads everything again.
     *
     * @throws MillraceException if {@code plugins} is no directory
     */
    static Providers in(Path plugins) {
        if (!Files.isDirectory(plugins)) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "plugins directory '" + plugins + "' does not exist: name one with --plugins DIR");
        }
        List<Entry> found = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (ProviderSource source : ServiceLoader.load(ProviderSource.class, Providers.class.getClassLoader())) {
            try (ProviderSource.Session session = source.open(new ProviderSource.Options(plugins))) {
                KINDS.forEach((kind, label) -> found.addAll(entries(session, kind, label)));
                problems.addAll(session.problems());
            }
        }
        found.sort(Comparator.comparing(Entry::kind).thenComparing(Entry::name).thenComparing(Entry::origin));
        return new Providers(List.copyOf(found), List.copyOf(problems));
    }

    private static <P extends Provider> List<Entry> entries(
            ProviderSource.Session session, Class<P> kind, String label) {
        List<Entry> entries = new ArrayList<>();
        for (ProviderSource.Found<P> found : session.providers(kind)) {
            try (ThreadContextClassLoader ignored = ThreadContextClassLoader.of(found.loader())) {
                entries.add(new Entry(label, found.provider().name(), found.origin()));
            }
        }
        return entries;
    }

    private static Map<Class<? extends Provider>, String> kinds() {
        Map<Class<? extends Provider>, String> kinds = new LinkedHashMap<>();
        kinds.put(ReceiverProvider.class, "receiver");
        kinds.put(DirectSourceProvider.class, "direct source");
        kinds.put(WalStoreProvider.class, "log store");
        kinds.put(StateStoreProvider.class, "state store");
        kinds.put(SinkProvider.class, "sink");
        kinds.put(SchedulerProvider.class, "scheduler");
        kinds.put(ListenerProvider.class, "listener");
        return kinds;
    }
}
