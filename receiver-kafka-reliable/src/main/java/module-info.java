// SPDX-License-Identifier: Apache-2.0

/**
 * Receiver that acknowledges Kafka only after its block is durable.
 *
 * @provides io.millrace.spi.receiver.ReceiverProvider {@code kafka-reliable}
 */
module io.millrace.receiver.kafka.reliable {
    requires transitive io.millrace.api;
    requires transitive kafka.clients;
    requires io.millrace.receiver.kafka.common;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.millrace.receiver.kafka.reliable;

    provides io.millrace.spi.receiver.ReceiverProvider with
            io.millrace.receiver.kafka.reliable.KafkaReliableProvider;
}
