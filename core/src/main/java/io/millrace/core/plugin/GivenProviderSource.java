// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import io.millrace.spi.plugin.Provider;
import io.millrace.spi.plugin.ProviderSource;
import java.util.ArrayList;
import java.util.List;

/** The providers that a program made itself. */
public final class GivenProviderSource implements ProviderSource {
    private final List<Provider> given;

    GivenProviderSource(List<Provider> given) {
        this.given = List.copyOf(given);
    }

    /** What is known of such a provider: it is called with the class loader of its class. */
    public static <P extends Provider> Found<P> found(P provider) {
        return new Found<>(
                provider, EngineClasses.loaderOf(provider.getClass()), EngineClasses.origin(provider.getClass()));
    }

    @Override
    public Session open(Options options) {
        return new Session() {
            @Override
            public <P extends Provider> List<Found<P>> providers(Class<P> kind) {
                List<Found<P>> ofKind = new ArrayList<>();
                for (Provider provider : given) {
                    if (kind.isInstance(provider)) {
                        ofKind.add(found(kind.cast(provider)));
                    }
                }
                return ofKind;
            }

            @Override
            public List<String> problems() {
                return List.of();
            }

            @Override
            public void close() {}
        };
    }
}
