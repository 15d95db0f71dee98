// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.kafka;

import java.io.Serializable;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Makes Kafka's record of an element. May be called again for the same element when a batch is written again, and should
 * then give the same partition and the same bytes.
 *
 * @param <T> the element type
 * @since 0.1
 */
@FunctionalInterface
public interface RecordMaker<T> extends Serializable {
    /**
     * Makes the record.
     *
     * @param topic the topic of the sink; the record may go to another one
     */
    ProducerRecord<byte[], byte[]> record(String topic, T element);
}
