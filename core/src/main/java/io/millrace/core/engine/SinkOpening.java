// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.sink.SinkTarget;
import io.millrace.core.graph.Node;
import io.millrace.core.plugin.ClassLoaderSafe;
import io.millrace.core.plugin.EnginePluginContext;
import io.millrace.core.plugin.GivenProviderSource;
import io.millrace.core.plugin.PluginCall;
import io.millrace.core.plugin.ProviderRegistry;
import io.millrace.core.sink.SinkOutput;
import io.millrace.core.sink.SinkOutput.Ownership;
import io.millrace.core.sink.Sinks;
import io.millrace.spi.plugin.ProviderSource.Found;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkProvider;
import java.util.ArrayList;
import java.util.List;

/** Opens the sinks of a program's outputs, before its logs; nothing at the targets is changed by that. */
final class SinkOpening {
    private SinkOpening() {}

    /**
     * Opens them.
     *
     * @param owned makes sure that nobody took the program over, once it is started
     */
    static Sinks open(Program program, ProviderRegistry providers, Ownership owned, Resources resources) {
        List<SinkOutput> opened = new ArrayList<>();
        for (Node.Output output : program.graph().nodes(Node.Output.class)) {
            SinkTarget<?> target = output.target();
            if (target != null) {
                Sink sink = open(program, providers, output.name(), target, resources);
                SinkOutput of = SinkOutput.of(sink, program.id(), output.name(), owned);
                if (of.needsCheckpoint() && program.checkpoint() == null) {
                    throw new MillraceException(
                            ErrorCode.USER_CONFIG,
                            "output '" + output.name() + "' (" + target.provider() + ") is exactly-once, but program '"
                                    + program.id() + "' has no checkpoint: call checkpoint(directory), or"
                                    + " checkpoint(URI.create(\"mem:/\")) to promise nothing over restarts");
                }
                opened.add(of);
            }
        }
        return new Sinks(opened);
    }

    /** Opens one. */
    static Sink open(
            Program program, ProviderRegistry providers, String output, SinkTarget<?> target, Resources resources) {
        SinkProvider given = target.implementation();
        Found<SinkProvider> found = given == null
                ? providers.find(SinkProvider.class, target.provider())
                : GivenProviderSource.found(given);
        EnginePluginContext context =
                resources.add("context of output '" + output + "'", program.context(found, output, target.settings()));
        return resources.add(
                "sink of output '" + output + "'",
                PluginCall.of(
                        found,
                        "open the sink of output '" + output + "'",
                        provider -> ClassLoaderSafe.sink(provider.open(context), found.loader())));
    }
}
