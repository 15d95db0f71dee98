// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.engine;

import io.millrace.api.StreamClock;
import io.millrace.api.listener.StreamingListener;
import io.millrace.spi.plugin.Provider;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What {@link io.millrace.api.StreamingContextBuilder} collected.
 *
 * @param checkpoint where the logs live; null for memory
 * @param savepoint what to begin from if the checkpoint is empty; null for nothing
 * @param plugins the directory of drop-in plugins; null for none
 * @param settings engine settings, not yet checked
 * @param clock null for the system's
 * @param providers providers made by the program, which come before providers that are found
 * @since 0.1
 */
public record ContextOptions(
        String programId,
        Duration batchInterval,
        @Nullable URI checkpoint,
        @Nullable Path savepoint,
        @Nullable Path plugins,
        Map<String, String> settings,
        List<StreamingListener> listeners,
        @Nullable StreamClock clock,
        List<Provider> providers) {
    public ContextOptions {
        settings = Map.copyOf(settings);
        listeners = List.copyOf(listeners);
        providers = List.copyOf(providers);
    }

    /** Which settings there are, not their values: passwords are among them. */
    @Override
    public String toString() {
        return "ContextOptions[programId=" + programId + ", batchInterval=" + batchInterval + ", settings="
                + new TreeSet<>(settings.keySet()) + "]";
    }
}
