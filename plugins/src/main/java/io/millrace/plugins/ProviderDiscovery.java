// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugins;

import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.listener.ListenerProvider;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.plugin.ThreadContextClassLoader;
import io.millrace.spi.receiver.ReceiverProvider;
import io.millrace.spi.scheduler.SchedulerProvider;
import io.millrace.spi.sink.SinkProvider;
import io.millrace.spi.state.StateStoreProvider;
import io.millrace.spi.wal.WalStoreProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * The providers of one plugin, found by {@link ServiceLoader} through its class loader and with it as the context class
 * loader. A provider that cannot be made is a problem of its own.
 */
final class ProviderDiscovery {
    /** Every SPI; each one stands in the module descriptor under {@code uses}. */
    private static final List<Class<? extends Provider>> KINDS = List.of(
            DirectSourceProvider.class,
            ListenerProvider.class,
            ReceiverProvider.class,
            SchedulerProvider.class,
            SinkProvider.class,
            StateStoreProvider.class,
            WalStoreProvider.class);

    private final ClassLoader loader;
    private final List<Offer<?>> offers = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private ProviderDiscovery(ClassLoader loader) {
        this.loader = loader;
    }

    static ProviderDiscovery in(ClassLoader loader) {
        ProviderDiscovery discovery = new ProviderDiscovery(loader);
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            KINDS.forEach(discovery::search);
        }
        return discovery;
    }

    List<Offer<?>> offers() {
        return offers;
    }

    List<String> problems() {
        return problems;
    }

    private <P extends Provider> void search(Class<P> kind) {
        Iterator<ServiceLoader.Provider<P>> services =
                ServiceLoader.load(kind, loader).stream().iterator();
        String lastProblem = null;
        while (true) {
            try {
                if (!services.hasNext()) {
                    return;
                }
                ServiceLoader.Provider<P> service = services.next();
                // A provider of the platform or of the host is not the plugin's to offer
                if (service.type().getClassLoader() == loader) {
                    offers.add(new Offer<>(kind, service.get()));
                }
            } catch (ServiceConfigurationError | LinkageError e) {
                String problem = describe(e);
                if (problem.equals(lastProblem)) {
                    return; // ServiceLoader is stuck where it is
                }
                lastProblem = problem;
                problems.add(problem);
            }
        }
    }

    private static String describe(Throwable e) {
        Throwable cause = e.getCause();
        if (cause instanceof ExceptionInInitializerError && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String reason = e instanceof LinkageError ? e.toString() : String.valueOf(e.getMessage());
        return cause == null ? reason : reason + " (" + cause + ")";
    }

    /** A provider, and the SPI that it was declared for. */
    record Offer<P extends Provider>(Class<P> kind, P provider) {}
}
