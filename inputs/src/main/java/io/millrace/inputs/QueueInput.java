// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import static java.util.Objects.requireNonNull;

import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import io.millrace.api.source.Source;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * An input that is fed by the program: what is added waits for a batch. For tests, demonstrations and programs whose
 * records come from the same process.
 *
 * <pre>{@code
 * QueueInput<String> words = QueueInput.of("words", Codecs.STRING);
 * ssc.receive(words.source());
 * words.add(List.of("a", "b"));
 * }</pre>
 *
 * What was added stays in memory, in its bytes, as long as this object is there: another context that is given the same
 * object over the same checkpoint goes on where the last one ended, and runs a batch that was not committed again with the
 * same elements. A new process has a new, empty object: a batch that is to be run again then fails, and says so. May be
 * added to from any thread.
 *
 * @param <T> the element type
 * @since 0.1
 */
public final class QueueInput<T> {
    private final String stream;
    private final Codec<T> codec;
    private final boolean oneAtATime;
    private final List<byte[]> records = new ArrayList<>();
    private final List<Long> ends = new ArrayList<>();

    private QueueInput(String stream, Codec<T> codec, boolean oneAtATime) {
        this.stream = requireNonNull(stream, "stream is null");
        this.codec = requireNonNull(codec, "codec is null");
        this.oneAtATime = oneAtATime;
    }

    /**
     * A queue from which each batch takes what was added in one call, as Spark's queue stream does.
     *
     * @param stream names the input for ever in the ledger
     */
    public static <T> QueueInput<T> of(String stream, Codec<T> codec) {
        return new QueueInput<>(stream, codec, true);
    }

    /** A queue from which each batch takes everything that waits. */
    public static <T> QueueInput<T> draining(String stream, Codec<T> codec) {
        return new QueueInput<>(stream, codec, false);
    }

    /** Adds elements; an empty collection adds nothing. */
    public void add(Collection<? extends T> elements) {
        List<byte[]> encoded = new ArrayList<>(elements.size());
        for (T element : elements) {
            ByteWriter bytes = new ByteWriter(64);
            codec.encode(element, bytes);
            encoded.add(bytes.toByteArray());
        }
        synchronized (this) {
            if (!encoded.isEmpty()) {
                records.addAll(encoded);
                ends.add((long) records.size());
            }
        }
    }

    /** Adds one element. */
    public void add(T element) {
        add(List.of(element));
    }

    /** The input, for {@link io.millrace.api.StreamingContext#receive(Source)}. */
    public Source<T> source() {
        return new Source<>(
                stream, "queue", Map.of(), SocketInput.decoding(codec), new ListProvider("queue", new Listed()));
    }

    private final class Listed implements ListSource.Records {
        @Override
        public long end(long from) {
            synchronized (QueueInput.this) {
                if (!oneAtATime) {
                    return records.size();
                }
                return ends.stream().filter(end -> end > from).findFirst().orElse((long) records.size());
            }
        }

        @Override
        public List<byte[]> read(long from, long until) {
            synchronized (QueueInput.this) {
                if (until > records.size()) {
                    throw new IllegalStateException("queue '" + stream + "' holds " + records.size()
                            + " records, and the batch reads up to " + until
                            + ": what is in a queue lives as long as its process");
                }
                return List.copyOf(records.subList((int) from, (int) until));
            }
        }
    }
}
