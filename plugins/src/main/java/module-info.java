// SPDX-License-Identifier: Apache-2.0

import io.millrace.plugins.PluginDirectory;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.listener.ListenerProvider;
import io.millrace.spi.plugin.ProviderSource;
import io.millrace.spi.receiver.ReceiverProvider;
import io.millrace.spi.scheduler.SchedulerProvider;
import io.millrace.spi.sink.SinkProvider;
import io.millrace.spi.state.StateStoreProvider;
import io.millrace.spi.wal.WalStoreProvider;

/**
 * The host of drop-in plugins, and the only module that knows pf4j.
 *
 * @provides ProviderSource the plugins in a directory, which is why it uses every SPI
 */
module io.millrace.plugins {
    requires io.millrace.api;
    // Used by libraries of drop-ins (HTTP clients, drivers of databases), which cannot bring modules of the JDK into a
    // running program
    requires java.naming;
    requires java.sql;
    requires jdk.net;
    requires org.slf4j;
    requires pf4j; // named after its file: becomes org.pf4j with 3.16, which has a descriptor again
    requires static org.jspecify;

    uses DirectSourceProvider;
    uses ListenerProvider;
    uses ReceiverProvider;
    uses SchedulerProvider;
    uses SinkProvider;
    uses StateStoreProvider;
    uses WalStoreProvider;

    provides ProviderSource with
            PluginDirectory;
}
