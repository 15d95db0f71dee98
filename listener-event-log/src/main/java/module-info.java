// SPDX-License-Identifier: Apache-2.0

/**
 * Every event of a streaming context in a file, one JSON object per line.
 *
 * @provides io.millrace.spi.listener.ListenerProvider {@code event-log}
 */
module io.millrace.listener.eventlog {
    requires transitive io.millrace.api;
    requires com.fasterxml.jackson.core;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.millrace.listener.eventlog;

    provides io.millrace.spi.listener.ListenerProvider with
            io.millrace.listener.eventlog.EventLogProvider;
}
