// SPDX-License-Identifier: Apache-2.0

/** What both Kafka receivers share; an inside matter of theirs. */
module io.millrace.receiver.kafka.common {
    requires io.millrace.api;
    requires kafka.clients;
    requires org.slf4j;
    requires static org.jspecify;
}
