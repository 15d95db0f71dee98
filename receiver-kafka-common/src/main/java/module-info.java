// SPDX-License-Identifier: Apache-2.0

/** What the Kafka receivers and the Kafka sink share; an inside matter of theirs. */
@SuppressWarnings("module") // they are compiled after this module
module io.millrace.receiver.kafka.common {
    requires transitive io.millrace.api;
    requires transitive kafka.clients;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.millrace.receiver.kafka.common to
            io.millrace.receiver.kafka.direct,
            io.millrace.receiver.kafka.reliable,
            io.millrace.sink.kafka;
}
