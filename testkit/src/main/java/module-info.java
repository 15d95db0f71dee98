// SPDX-License-Identifier: Apache-2.0

import io.millrace.spi.wal.WalStoreProvider;

/**
 * The conformance kit of the SPIs, and a harness for programs.
 *
 * @uses WalStoreProvider the engine's logs in memory, for the harness
 */
module io.millrace.testkit {
    requires transitive io.millrace.api;
    requires transitive org.assertj.core;
    requires transitive org.junit.jupiter.api;
    requires io.millrace.wal.support;
    requires static org.jspecify;

    exports io.millrace.testkit;
    exports io.millrace.testkit.bench;
    exports io.millrace.testkit.codec;
    exports io.millrace.testkit.listener;
    exports io.millrace.testkit.plugin;
    exports io.millrace.testkit.receiver;
    exports io.millrace.testkit.scheduler;
    exports io.millrace.testkit.sink;
    exports io.millrace.testkit.spec;
    exports io.millrace.testkit.stream;
    exports io.millrace.testkit.wal;

    uses WalStoreProvider;
}
