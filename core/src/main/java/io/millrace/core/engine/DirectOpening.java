// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.graph.Node;
import io.millrace.core.plugin.ClassLoaderSafe;
import io.millrace.core.plugin.EnginePluginContext;
import io.millrace.core.plugin.PluginCall;
import io.millrace.core.plugin.ProviderRegistry;
import io.millrace.core.watch.Watchdog;
import io.millrace.core.watch.Works;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.plugin.ProviderSource.Found;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

/**
 * A direct source that is being opened on a thread of its own, while the engine is put together and logs are replayed:
 * asking a cluster what it has takes about as long. Errors are those of {@link #take}, so that they come in the order of a start.
 */
final class DirectOpening implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final String stream;
    private final CompletableFuture<DirectSource> opened = new CompletableFuture<>();
    private final Thread thread;
    private boolean taken;

    private DirectOpening(String stream, Supplier<DirectSource> opening, ThreadFactory threads, Watchdog watchdog) {
        this.stream = stream;
        thread = threads.newThread(() -> {
            try (Works.Work begun = watchdog.begin(() -> "opening input '" + stream + "'")) {
                opened.complete(opening.get());
            } catch (Throwable failure) {
                opened.completeExceptionally(failure);
            }
        });
    }

    /** Begins to open the direct sources of a program. */
    static Map<Node.Source, DirectOpening> beginAll(
            Program program, ProviderRegistry providers, Resources resources, Watchdog watchdog) {
        Map<Node.Source, DirectOpening> openings = new LinkedHashMap<>();
        for (Node.Source node : program.graph().nodes(Node.Source.class)) {
            if (SourceProviders.isDirect(providers, node)) {
                openings.put(node, begin(program, providers, resources, watchdog, node));
            }
        }
        return openings;
    }

    private static DirectOpening begin(
            Program program, ProviderRegistry providers, Resources resources, Watchdog watchdog, Node.Source node) {
        String stream = node.stream();
        Found<DirectSourceProvider> found = SourceProviders.find(providers, DirectSourceProvider.class, node);
        EnginePluginContext context =
                resources.add("context of '" + stream + "'", program.context(found, stream, node.settings()));
        DirectOpening begun = new DirectOpening(
                stream,
                () -> PluginCall.of(
                        found,
                        "open input '" + stream + "'",
                        provider -> ClassLoaderSafe.directSource(provider.open(context), found.loader())),
                program.threads("open-" + stream),
                watchdog);
        begun.thread.start();
        return resources.add("opening of '" + stream + "'", begun);
    }

    /** Waits for the source, which is the caller's to close from now on; throws what opening it threw. */
    DirectSource take() {
        try {
            DirectSource source = opened.get();
            taken = true;
            return source;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException known
                    ? known
                    : new MillraceException(
                            ErrorCode.INTERNAL, "input '" + stream + "' could not be opened: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MillraceException(
                    ErrorCode.INTERNAL, "opening input '" + stream + "' was interrupted: start the program again", e);
        }
    }

    /** Gives up a source that nobody took: closes it as soon as it is open. */
    @Override
    public void close() throws InterruptedException {
        if (!taken) {
            thread.interrupt();
            CompletableFuture<Void> unused = opened.thenAccept(DirectSource::close);
            thread.join(PATIENCE.toMillis());
        }
    }
}
