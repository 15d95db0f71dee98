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
 * that its metadata has, a broker refuses any other, and metadata never go back to an id that they had: so what was polled
 * is of the topic that the metadata have after the poll, or of one that is gone. Only while they have none, between the
 * end of a topic and the beginning of the next of its name, a consumer fetches by name, and nobody knows of what. Kafka
 * keeps these metadata to itself; where they are not found, which a log line says once, a topic made anew shows only when
 * somebody asks a broker. Used by the consumer's thread.
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

    /** What is known of records that were polled. */
    public enum Of {
        /** They are of the topic. */
        TOPIC,
        /** They are of another topic of its name. */
        ANOTHER,
        /** They may be of either. */
        EITHER
    }

    /**
     * Says whether what was just polled is of a topic.
     *
     * @param topicId the topic's id; empty if it is not known, and all is taken for its own
     */
    public Of polled(String topic, String topicId) {
        if (metadata == null || topicId.isEmpty() || topicId.equals(Uuid.ZERO_UUID.toString())) {
            return Of.TOPIC;
        }
        String read = id(topic);
        return read.isEmpty() ? Of.EITHER : read.equals(topicId) ? Of.TOPIC : Of.ANOTHER;
    }

    /** The id of the topic that is read under this name; empty if it is not known. */
    public String id(String topic) {
        Uuid id = metadata == null ? null : metadata.topicIds().get(topic);
        return id == null || id.equals(Uuid.ZERO_UUID) ? "" : id.toString();
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
