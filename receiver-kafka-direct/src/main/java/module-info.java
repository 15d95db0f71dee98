// SPDX-License-Identifier: Apache-2.0

/** Offset ranges of Kafka as batches, read by the tasks, without a log of the data. */
module io.millrace.receiver.kafka.direct {
    requires io.millrace.api;
    requires io.millrace.receiver.kafka.common;
    requires kafka.clients;
    requires org.slf4j;
    requires static org.jspecify;
}
