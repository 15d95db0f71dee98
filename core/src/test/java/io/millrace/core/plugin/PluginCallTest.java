// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.plugin.ProviderSource.Found;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Test;

class PluginCallTest {
    private final URLClassLoader loader = new URLClassLoader(new URL[0], null);
    private final Found<Named> found = new Found<>(new Named(), loader, "plugins/named.zip");

    @Test
    void callsUnderTheProvidersClassLoader() {
        ClassLoader seen =
                PluginCall.of(found, "ask", provider -> Thread.currentThread().getContextClassLoader());

        assertThat(seen).isSameAs(loader);
    }

    @Test
    void passesOnWhatIsMeantForAPerson() {
        MillraceException meant = new MillraceException(ErrorCode.EXTERNAL_SYSTEM, "broker is gone; start it");

        assertThatThrownBy(() -> PluginCall.of(found, "open it", provider -> {
                    throw meant;
                }))
                .isSameAs(meant);
    }

    @Test
    void explainsAnythingElse() {
        assertThatThrownBy(() -> PluginCall.of(found, "create receiver 'lines'", provider -> {
                    throw new IOException("no route");
                }))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PLUGIN))
                .hasCauseInstanceOf(IOException.class)
                .hasMessage("cannot create receiver 'lines': provider " + Named.class.getName()
                        + " in plugins/named.zip threw java.io.IOException: no route;"
                        + " see the cause, or ask the provider of the plugin");
    }

    @Test
    void explainsAClassThatIsMissing() {
        assertThatThrownBy(() -> PluginCall.of(found, "create receiver 'lines'", provider -> {
                    throw new NoClassDefFoundError("org/apache/kafka/clients/consumer/Consumer");
                }))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("plugins/named.zip")
                .hasMessageContaining("lacks a class");
    }

    private static final class Named implements Provider {
        @Override
        public String name() {
            return "named";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of();
        }
    }
}
