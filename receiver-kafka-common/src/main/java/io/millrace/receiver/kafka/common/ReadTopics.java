// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import java.lang.reflect.Field;
import org.apache.kafka.clients.Metadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says of which topic, by its id, the records are that a consumer has fetched under a name. A consumer fetches by the id
 * that its metadata has, a broker refuses any other, and metadata never go back to an id: so what was polled is of the topic
 * that the metadata have after the poll, or of one that is gone. Kafka keeps these metadata to itself; where they are not
 * found, which a log line says once, a topic made anew shows only when somebody asks a broker. Used by the consumer's thread.
 */
public final class ReadTopics {
    private static final Logger LOG = LoggerFactory.getLogger(ReadTopics.class);

    private final @Nullable Metadata metadata;

    /** Looks into {@code consumer}. */
    public ReadTopics(KafkaConsumer<?, ?> consumer) {
        metadata = find(consumer, 0);
        if (metadata == null) {
            LOG.warn(
                    "this version of kafka-clients does not show which topic it reads: a topic that is made anew is noticed"
                            + " only every 'discovery.interval'");
        }
    }

    /** The id of the topic that is read under this name; empty if it is not known. */
    public String id(String topic) {
        Uuid id = metadata == null ? null : metadata.topicIds().get(topic);
        return id == null || id.equals(Uuid.ZERO_UUID) ? "" : id.toString();
    }

    /** Whether it is known which topics are read. */
    boolean isKnown() {
        return metadata != null;
    }

    /** They are a field of the consumer, or of what it delegates to. */
    private static @Nullable Metadata find(Object in, int depth) {
        for (Field field : in.getClass().getDeclaredFields()) {
            boolean holds = Metadata.class.isAssignableFrom(field.getType());
            boolean delegates = depth == 0 && field.getName().equals("delegate");
            if (holds || delegates) {
                try {
                    field.setAccessible(true);
                    Object value = field.get(in);
                    if (value instanceof Metadata found) {
                        return found;
                    }
                    if (value != null) {
                        return find(value, depth + 1);
                    }
                } catch (ReflectiveOperationException | RuntimeException e) {
                    LOG.debug("{} cannot be looked at", field, e);
                }
            }
        }
        return null;
    }
}
