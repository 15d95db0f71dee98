// SPDX-License-Identifier: Apache-2.0

/** Receiver that acknowledges Kafka only after its block is durable. */
module io.millrace.receiver.kafka.reliable {
    requires io.millrace.api;
    requires io.millrace.receiver.kafka.common;
    requires kafka.clients;
    requires org.slf4j;
    requires static org.jspecify;
}
