// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.trial;

import io.millrace.core.plugin.EnginePluginContext;
import org.jspecify.annotations.Nullable;

/**
 * What a provider made, wrapped as the engine wraps it.
 *
 * @param <T> the SPI
 */
public final class Instance<T> implements AutoCloseable {
    private final T made;
    private final EnginePluginContext context;
    private final @Nullable Runnable death;

    Instance(T made, EnginePluginContext context, @Nullable Runnable death) {
        this.made = made;
        this.context = context;
        this.death = death;
    }

    /** The object itself. */
    public T made() {
        return made;
    }

    /**
     * Ends it as the death of its process would: what the system would take back is free, and nothing is finished.
     *
     * @return false if nobody but the system can do that, in which case nothing happened
     */
    public boolean die() {
        if (death == null) {
            return false;
        }
        death.run();
        return true;
    }

    /** Ends the timers and threads that the instance was given; the instance must have been closed before. Idempotent. */
    @Override
    public void close() {
        context.close();
    }
}
