// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.sink;

import io.millrace.api.Batch;
import io.millrace.api.StreamClock;
import io.millrace.spi.plugin.Metrics;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.plugin.Settings;
import io.millrace.testkit.KitContext;
import io.millrace.testkit.ManualClock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;

/**
 * What an engine would give a sink's provider: the settings, checked, and daemon threads. The program is
 * {@value #PROGRAM}; the clock stands still, and the metrics are not read.
 *
 * @since 0.1
 */
public final class SinkContext implements PluginContext {
    /** The id of the program that owns the sinks of the kit. */
    public static final String PROGRAM = KitContext.PROGRAM;

    private final KitContext context;

    private SinkContext(KitContext context) {
        this.context = context;
    }

    /** A context for {@code provider}, with settings that are checked against its own. */
    public static SinkContext of(Provider provider, String output, Map<String, String> settings) {
        return new SinkContext(KitContext.of(provider, "output", output, settings, new ManualClock()));
    }

    /**
     * A batch as an engine would give it to a sink.
     *
     * @param number which one; each later one has a later time
     * @param partitions the elements of each partition
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static Batch<Object> batch(String output, long epoch, int number, List<Object>... partitions) {
        return KitBatch.of(KitBatch.id(output, epoch, number, 0), List.of(partitions));
    }

    @Override
    public String program() {
        return context.program();
    }

    @Override
    public String name() {
        return context.name();
    }

    @Override
    public Settings settings() {
        return context.settings();
    }

    @Override
    public ThreadFactory threads() {
        return context.threads();
    }

    @Override
    public StreamClock clock() {
        return context.clock();
    }

    @Override
    public Metrics metrics() {
        return context.metrics();
    }

    @Override
    public <T> T classLoaderSafe(Class<T> type, T target) {
        return context.classLoaderSafe(type, target);
    }
}
