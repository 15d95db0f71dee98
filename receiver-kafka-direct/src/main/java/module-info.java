// SPDX-License-Identifier: Apache-2.0

/**
 * Offset ranges of Kafka as batches, read by the tasks, without a log of the data.
 *
 * @provides io.millrace.spi.direct.DirectSourceProvider {@code kafka-direct}
 */
module io.millrace.receiver.kafka.direct {
    requires transitive io.millrace.api;
    requires transitive kafka.clients;
    requires io.millrace.receiver.kafka.common;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.millrace.receiver.kafka.direct;

    provides io.millrace.spi.direct.DirectSourceProvider with
            io.millrace.receiver.kafka.direct.KafkaDirectProvider;
}
