// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.plugin;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place where providers come from: the class path and module path, or a directory of drop-in plugins. Found by
 * {@link java.util.ServiceLoader}.
 *
 * @since 0.1
 */
public interface ProviderSource {
    /** Opens the source for one streaming context. */
    Session open(Options options);

    /**
     * What the context was given.
     *
     * @param plugins the directory of drop-in plugins, or one of them alone; null if there is none
     */
    record Options(@Nullable Path plugins) {}

    /** An opened source. Thread-safe. */
    interface Session extends AutoCloseable {
        /**
         * Every provider of a kind that this source has. The list is the same at every call. A plugin that cannot be
         * loaded is left out and named by {@link #problems()}.
         */
        <P extends Provider> List<Found<P>> providers(Class<P> kind);

        /** What could not be loaded and why, one line each, ready to be shown. */
        List<String> problems();

        /** Stops and unloads the plugins; whatever they made must have been closed before. Idempotent. */
        @Override
        void close();
    }

    /**
     * A provider and where it was found.
     *
     * @param provider the provider; every call to it and to what it makes must run with {@code loader} as the thread's
     *     context class loader
     * @param loader the plugin's class loader
     * @param origin what a person would look for: a jar's or zip's path
     */
    record Found<P extends Provider>(P provider, ClassLoader loader, String origin) {}
}
