// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.trial;

import io.millrace.core.plugin.EnginePluginContext;

/**
 * What a provider made, wrapped as the engine wraps it.
 *
 * @param <T> the SPI
 */
public final class Instance<T> implements AutoCloseable {
    private final T made;
    private final EnginePluginContext context;

    Instance(T made, EnginePluginContext context) {
        this.made = made;
        this.context = context;
    }

    /** The object itself. */
    public T made() {
        return made;
    }

    /** Ends the timers and threads that the instance was given; the instance must have been closed before. Idempotent. */
    @Override
    public void close() {
        context.close();
    }
}
