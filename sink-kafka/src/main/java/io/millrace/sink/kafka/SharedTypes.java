// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.kafka;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Makes records of elements whose types every class loader shares: bytes or text, or pairs of these, key first. */
final class SharedTypes implements RecordMaker<Object> {
    private static final long serialVersionUID = 1L;

    @Override
    public ProducerRecord<byte[], byte[]> record(String topic, Object element) {
        return element instanceof Pair<?, ?> pair
                ? new ProducerRecord<>(topic, bytes(pair.key()), bytes(pair.value()))
                : new ProducerRecord<>(topic, bytes(element));
    }

    private static byte @Nullable [] bytes(@Nullable Object part) {
        if (part == null) {
            return null;
        } else if (part instanceof byte[] bytes) {
            return bytes;
        } else if (part instanceof CharSequence text) {
            return text.toString().getBytes(StandardCharsets.UTF_8);
        }
        throw new MillraceException(
                ErrorCode.USER_CODE,
                "the sink 'kafka' is given a " + part.getClass().getName()
                        + ": map the stream to text, to byte arrays, or to pairs of these");
    }
}
