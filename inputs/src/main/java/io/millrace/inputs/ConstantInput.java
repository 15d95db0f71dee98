// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import io.millrace.api.source.Source;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * An input that holds the same elements in every batch.
 *
 * @since 0.1
 */
public final class ConstantInput {
    private ConstantInput() {}

    /**
     * An input of these elements.
     *
     * @param stream names the input for ever in the ledger
     */
    public static <T> Source<T> of(String stream, Codec<T> codec, Collection<? extends T> elements) {
        List<byte[]> encoded = new ArrayList<>(elements.size());
        for (T element : elements) {
            ByteWriter bytes = new ByteWriter(64);
            codec.encode(element, bytes);
            encoded.add(bytes.toByteArray());
        }
        return new Source<>(
                stream,
                "constant",
                Map.of(),
                SocketInput.decoding(codec),
                new ListProvider("constant", new Repeated(encoded)));
    }

    /** The same elements again and again: record n is element n mod size. */
    private record Repeated(List<byte[]> elements) implements ListSource.Records {
        @Override
        public long end(long from) {
            return from + elements.size();
        }

        @Override
        public List<byte[]> read(long from, long until) {
            List<byte[]> records = new ArrayList<>();
            for (long n = from; n < until; n++) {
                records.add(elements.get((int) (n % elements.size())));
            }
            return records;
        }
    }
}
