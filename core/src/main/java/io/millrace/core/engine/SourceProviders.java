// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.core.graph.Node;
import io.millrace.core.plugin.GivenProviderSource;
import io.millrace.core.plugin.ProviderRegistry;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.plugin.ProviderSource.Found;

/** Which provider an input of the program has: the one that the program made itself, or the one of its name. */
final class SourceProviders {
    private SourceProviders() {}

    static boolean isDirect(ProviderRegistry providers, Node.Source node) {
        Provider given = node.implementation();
        return given == null
                ? providers.all(DirectSourceProvider.class).containsKey(node.provider())
                : given instanceof DirectSourceProvider;
    }

    static <P extends Provider> Found<P> find(ProviderRegistry providers, Class<P> kind, Node.Source node) {
        Provider given = node.implementation();
        return given == null ? providers.find(kind, node.provider()) : GivenProviderSource.found(kind.cast(given));
    }
}
