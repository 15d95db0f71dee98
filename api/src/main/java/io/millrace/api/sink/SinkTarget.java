// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.sink;

import static java.util.Objects.requireNonNull;

import io.millrace.spi.sink.SinkProvider;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A description of where a stream's batches go, exactly once: which provider makes the sink, and how it is set up.
 * Plugins' typed builders make these; nothing is opened before the context starts.
 *
 * @param provider the name of the sink's provider, such as {@code jdbc}
 * @param settings the provider's settings by key
 * @param implementation the provider itself, if the program made it; null to find it by its name
 * @param <T> what elements it takes
 * @since 0.1
 */
@SuppressWarnings("UnusedTypeParameter") // it keeps a target from a stream of other elements
public record SinkTarget<T>(
        String provider,
        Map<String, String> settings,
        @Nullable SinkProvider implementation) {
    public SinkTarget {
        requireNonNull(provider, "provider is null");
        settings = Map.copyOf(settings);
    }

    /** A target whose provider is found by its name. */
    public SinkTarget(String provider, Map<String, String> settings) {
        this(provider, settings, null);
    }

    /**
     * Directories of text, one for each batch, named {@code prefix-<batch time in ms>}: a file for each partition, one
     * element a line, UTF-8. A directory appears complete or not at all.
     *
     * @param prefix path and beginning of each directory's name
     */
    public static <T> SinkTarget<T> textFiles(String prefix) {
        return new SinkTarget<>("text-files", Map.of("prefix", prefix));
    }

    /** Which settings there are, not their values: passwords are among them. */
    @Override
    public String toString() {
        return "SinkTarget[provider=" + provider + ", settings=" + new TreeSet<>(settings.keySet()) + "]";
    }
}
