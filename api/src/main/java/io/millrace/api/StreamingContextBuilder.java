// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import static java.util.Objects.requireNonNull;

import io.millrace.api.listener.StreamingListener;
import io.millrace.spi.engine.ContextOptions;
import io.millrace.spi.engine.EngineProvider;
import io.millrace.spi.plugin.Provider;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a {@link StreamingContext} is made of. Not thread-safe.
 *
 * @since 0.1
 */
public final class StreamingContextBuilder {
    private static final Duration LONGEST_INTERVAL = Duration.ofDays(365);

    private final String programId;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<StreamingListener> listeners = new ArrayList<>();
    private final List<Provider> providers = new ArrayList<>();
    private @Nullable Duration batchInterval;
    private @Nullable URI checkpoint;
    private @Nullable Path plugins;
    private @Nullable Path savepoint;
    private @Nullable StreamClock clock;

    StreamingContextBuilder(String programId) {
        requireNonNull(programId, "programId is null");
        if (!programId.matches("[A-Za-z0-9._-]{1,200}")) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "program id '" + programId + "' is not usable: take 1 to 200 letters, digits, '.', '_' or '-'");
        }
        this.programId = programId;
    }

    /** How long a batch is: at least 1 ms, at most 365 days. Required. */
    public StreamingContextBuilder batchInterval(Duration interval) {
        if (interval.compareTo(Duration.ofMillis(1)) < 0
                || interval.compareTo(LONGEST_INTERVAL) > 0
                || interval.toNanosPart() % 1_000_000 != 0) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "batch interval " + interval
                            + " is not usable: give whole milliseconds, at least 1, at most 365 days");
        }
        this.batchInterval = interval;
        return this;
    }

    /**
     * Where the program's logs (received data, ledger, state) live: the scheme names the log store. Without it, they
     * are kept in memory and die with the process.
     */
    public StreamingContextBuilder checkpoint(URI location) {
        this.checkpoint = requireNonNull(location, "location is null");
        return this;
    }

    /** {@link #checkpoint(URI)} in a directory of the local file system. */
    public StreamingContextBuilder checkpoint(Path directory) {
        return checkpoint(directory.toAbsolutePath().normalize().toUri());
    }

    /**
     * Begins from a savepoint that this program, of whatever version, wrote with {@link
     * StreamingContext#stopWithSavepoint}, if the checkpoint is empty; a checkpoint that holds something is gone on from,
     * and the savepoint left alone.
     */
    public StreamingContextBuilder savepoint(Path file) {
        this.savepoint = requireNonNull(file, "file is null");
        return this;
    }

    /** Also loads the drop-in plugins (zips and fat jars) of this directory. */
    public StreamingContextBuilder plugins(Path directory) {
        this.plugins = requireNonNull(directory, "directory is null");
        return this;
    }

    /** Sets an engine setting by its key; {@link #build()} refuses unknown keys and unusable values. */
    public StreamingContextBuilder set(String key, String value) {
        settings.put(requireNonNull(key, "key is null"), requireNonNull(value, "value is null"));
        return this;
    }

    /** Sets several engine settings. */
    public StreamingContextBuilder set(Map<String, String> all) {
        all.forEach(this::set);
        return this;
    }

    /** Adds a listener that sees every event, from the first on. */
    public StreamingContextBuilder listener(StreamingListener listener) {
        listeners.add(requireNonNull(listener, "listener is null"));
        return this;
    }

    /**
     * Adds a provider that the program made itself: a receiver, a log store, a listener, … under the provider's name, as
     * if it had been found. It comes before providers that are found; the same instance may be given to several contexts.
     */
    public StreamingContextBuilder provider(Provider provider) {
        providers.add(requireNonNull(provider, "provider is null"));
        return this;
    }

    /** Takes time from {@code clock} instead of the system's. */
    public StreamingContextBuilder clock(StreamClock clock) {
        this.clock = requireNonNull(clock, "clock is null");
        return this;
    }

    /**
     * Makes the context.
     *
     * @throws MillraceException if a setting is missing, unknown or unusable, or no engine is found
     */
    public StreamingContext build() {
        if (batchInterval == null) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "program '" + programId + "' has no batch interval: call batchInterval(Duration), for example"
                            + " batchInterval(Duration.ofSeconds(1))");
        }
        Iterator<EngineProvider> engines = ServiceLoader.load(
                        EngineProvider.class, StreamingContextBuilder.class.getClassLoader())
                .iterator();
        if (!engines.hasNext()) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "no engine was found: put io.millrace:millrace-core on the class path or module path");
        }
        return engines.next()
                .create(new ContextOptions(
                        programId,
                        batchInterval,
                        checkpoint,
                        savepoint,
                        plugins,
                        settings,
                        listeners,
                        clock,
                        providers));
    }
}
