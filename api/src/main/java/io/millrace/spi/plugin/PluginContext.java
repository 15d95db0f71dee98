// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.plugin;

import io.millrace.api.StreamClock;
import java.util.concurrent.ThreadFactory;

/**
 * What an instance made by a provider is given. Everything it starts, it starts through this, so that the engine knows
 * it, presets the plugin's class loader, and can stop it. Thread-safe.
 *
 * @since 0.1
 */
public interface PluginContext {
    /** The program's id: with {@link #name()} it is a name that no other instance has. */
    String program();

    /** The instance's name for threads, logs and metrics: the stream's, log's or scheduler's name. */
    String name();

    /** The settings, checked against {@link Provider#config()}. */
    Settings settings();

    /** Makes daemon threads that have the plugin's class loader as their context class loader. */
    ThreadFactory threads();

    /** Time, and timers; tasks run with the plugin's class loader as the context class loader. */
    StreamClock clock();

    /** Where to count and measure. */
    Metrics metrics();

    /**
     * Wraps an object of the plugin's for a caller that knows nothing of class loaders (a driver's callback): each call
     * to the result runs with the plugin's class loader as the context class loader.
     *
     * @param type an interface
     */
    <T> T classLoaderSafe(Class<T> type, T target);
}
