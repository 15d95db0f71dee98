// SPDX-License-Identifier: Apache-2.0
/**
 * Batches into topics of Kafka, exactly once.
 *
 * @provides io.millrace.spi.sink.SinkProvider {@code kafka}
 */
module io.millrace.sink.kafka {
    requires transitive io.millrace.api;
    requires transitive kafka.clients;
    requires io.millrace.receiver.kafka.common;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.millrace.sink.kafka;

    provides io.millrace.spi.sink.SinkProvider with
            io.millrace.sink.kafka.KafkaSinkProvider;
}
