// SPDX-License-Identifier: Apache-2.0

import io.millrace.core.context.LocalEngineProvider;
import io.millrace.core.output.TextFilesProvider;
import io.millrace.core.plugin.ClassPathProviderSource;
import io.millrace.core.scheduler.LocalSchedulerProvider;
import io.millrace.core.wal.local.FileWalStoreProvider;
import io.millrace.core.wal.memory.MemoryWalStoreProvider;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.engine.EngineProvider;
import io.millrace.spi.listener.ListenerProvider;
import io.millrace.spi.plugin.ProviderSource;
import io.millrace.spi.receiver.ReceiverProvider;
import io.millrace.spi.scheduler.SchedulerProvider;
import io.millrace.spi.sink.SinkProvider;
import io.millrace.spi.state.StateStoreProvider;
import io.millrace.spi.wal.WalStoreProvider;

/**
 * The engine. Nothing of it is public: a program reaches it through {@code io.millrace.api}. The command line looks at
 * checkpoints, and tries plugins.
 *
 * @uses ProviderSource where plugins come from
 * @provides EngineProvider contexts that run in this process
 * @provides ProviderSource those on the class path and the module path, which is why it uses every SPI
 * @provides SchedulerProvider the scheduler {@code local}
 * @provides SinkProvider directories of text ({@code text-files})
 * @provides WalStoreProvider logs on the local disk ({@code file}) and in memory ({@code mem})
 */
@SuppressWarnings("module") // the command line is built after it
module io.millrace.core {
    requires com.google.common;
    requires com.google.guice;
    requires io.millrace.api;
    requires io.millrace.wal.support;
    requires jakarta.inject;
    requires micrometer.core;
    requires org.jctools.core;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.millrace.core.checkpoint to
            io.millrace.cli;
    exports io.millrace.core.stop to
            io.millrace.cli;
    exports io.millrace.core.trial to
            io.millrace.cli;

    opens io.millrace.core.engine to
            com.google.guice;

    uses DirectSourceProvider;
    uses ListenerProvider;
    uses ProviderSource;
    uses ReceiverProvider;
    uses SchedulerProvider;
    uses SinkProvider;
    uses StateStoreProvider;
    uses WalStoreProvider;

    provides EngineProvider with
            LocalEngineProvider;
    provides ProviderSource with
            ClassPathProviderSource;
    provides SchedulerProvider with
            LocalSchedulerProvider;
    provides SinkProvider with
            TextFilesProvider;
    provides WalStoreProvider with
            FileWalStoreProvider,
            MemoryWalStoreProvider;
}
