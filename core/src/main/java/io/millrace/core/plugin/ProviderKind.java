// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.listener.ListenerProvider;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.receiver.ReceiverProvider;
import io.millrace.spi.scheduler.SchedulerProvider;
import io.millrace.spi.sink.SinkProvider;
import io.millrace.spi.state.StateStoreProvider;
import io.millrace.spi.wal.WalStoreProvider;

/** The SPIs, and what a person calls them. Each one stands in the module descriptor under {@code uses}. */
enum ProviderKind {
    RECEIVER(ReceiverProvider.class, "receiver"),
    DIRECT_SOURCE(DirectSourceProvider.class, "direct source"),
    WAL_STORE(WalStoreProvider.class, "log store"),
    STATE_STORE(StateStoreProvider.class, "state store"),
    SCHEDULER(SchedulerProvider.class, "scheduler"),
    LISTENER(ListenerProvider.class, "listener"),
    SINK(SinkProvider.class, "sink");

    private final Class<? extends Provider> type;
    private final String label;

    ProviderKind(Class<? extends Provider> type, String label) {
        this.type = type;
        this.label = label;
    }

    static ProviderKind of(Class<? extends Provider> type) {
        for (ProviderKind kind : values()) {
            if (kind.type == type) {
                return kind;
            }
        }
        throw new IllegalArgumentException(type.getName() + " is no SPI of this engine");
    }

    Class<? extends Provider> type() {
        return type;
    }

    /** What a message calls it. */
    String label() {
        return label;
    }
}
