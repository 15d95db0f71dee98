// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.testing;

import io.millrace.api.StreamClock;
import io.millrace.spi.plugin.Metrics;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.plugin.Settings;
import java.util.Map;
import java.util.concurrent.ThreadFactory;

/** What a provider is given by an engine that checks its settings and makes daemon threads. */
public final class TestPluginContext implements PluginContext {
    private final String name;
    private final Settings settings;

    private TestPluginContext(String name, Settings settings) {
        this.name = name;
        this.settings = settings;
    }

    /** A context for {@code provider} with settings that were checked against its own. */
    public static TestPluginContext of(Provider provider, String name, Map<String, String> settings) {
        String owner = "stream '" + name + "'";
        return new TestPluginContext(name, provider.config().parse(owner, settings));
    }

    @Override
    public String program() {
        return "test";
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Settings settings() {
        return settings;
    }

    @Override
    public ThreadFactory threads() {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public StreamClock clock() {
        throw new UnsupportedOperationException("no receiver of Kafka asks for a clock");
    }

    @Override
    public Metrics metrics() {
        throw new UnsupportedOperationException("no receiver of Kafka asks for metrics");
    }

    @Override
    public <T> T classLoaderSafe(Class<T> type, T target) {
        return target;
    }
}
