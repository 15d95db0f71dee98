// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import io.millrace.receiver.kafka.testing.TestPluginContext;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.Provider;
import java.util.HashMap;
import java.util.Map;

/** A provider that takes the common settings and no others. */
final class TestProvider implements Provider {
    @Override
    public String name() {
        return "test";
    }

    @Override
    public ConfigSpec config() {
        return KafkaOptions.with();
    }

    /** Settings with a server and a topic, and {@code more} pairs of key and value. */
    static KafkaSettings settings(String... more) {
        Map<String, String> settings = new HashMap<>(Map.of("bootstrap.servers", "localhost:9092", "topics", "lines"));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings(settings);
    }

    static KafkaSettings settings(Map<String, String> settings) {
        return KafkaSettings.of(TestPluginContext.of(new TestProvider(), "in", settings));
    }
}
