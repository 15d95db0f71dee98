// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.source;

import static java.util.Objects.requireNonNull;

import io.millrace.api.function.MapFunction;
import io.millrace.spi.plugin.Provider;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A description of an input: which provider makes it, how it is set up, how its records are decoded. Plugins' typed
 * builders make these; nothing is opened before the context starts.
 *
 * @param stream names the input for ever in the ledger; null to be named after the provider
 * @param provider the name of the plugin's provider, such as {@code kafka-reliable}
 * @param settings the provider's settings by key
 * @param decoder makes a decoder for each task, so that it need not be thread-safe
 * @param implementation the provider itself, if the program made it; null to find it by its name
 * @param inMemory whether a receiver's blocks are kept in memory beside the log until their batch is committed, as far as
 *     {@code block.memory} goes
 * @param <T> what the records are decoded to
 * @since 0.1
 */
public record Source<T>(
        @Nullable String stream,
        String provider,
        Map<String, String> settings,
        DecoderSupplier<T> decoder,
        @Nullable Provider implementation,
        boolean inMemory) {
    public Source {
        requireNonNull(provider, "provider is null");
        settings = Map.copyOf(settings);
        requireNonNull(decoder, "decoder is null");
    }

    /** An input whose provider is found by its name. */
    public Source(@Nullable String stream, String provider, Map<String, String> settings, DecoderSupplier<T> decoder) {
        this(stream, provider, settings, decoder, null);
    }

    /** An input whose provider the program made. */
    public Source(
            @Nullable String stream,
            String provider,
            Map<String, String> settings,
            DecoderSupplier<T> decoder,
            @Nullable Provider implementation) {
        this(stream, provider, settings, decoder, implementation, true);
    }

    /** The same input under a name of its own. */
    public Source<T> named(String name) {
        return new Source<>(name, provider, settings, decoder, implementation, inMemory);
    }

    /**
     * The same input without copies in memory: tasks read a receiver's blocks back from the log, and the memory is left to
     * other inputs. Changes nothing for direct inputs.
     */
    public Source<T> logOnly() {
        return new Source<>(stream, provider, settings, decoder, implementation, false);
    }

    /** Makes a decoder for one task; serializable for schedulers that send functions to other machines. */
    @FunctionalInterface
    public interface DecoderSupplier<T> extends Supplier<MapFunction<RecordView, T>>, Serializable {}

    /** Which settings there are, not their values: passwords are among them. */
    @Override
    public String toString() {
        return "Source[stream=" + stream + ", provider=" + provider + ", settings=" + new TreeSet<>(settings.keySet())
                + "]";
    }
}
