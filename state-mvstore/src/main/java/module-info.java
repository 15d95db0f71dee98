// SPDX-License-Identifier: Apache-2.0
/**
 * State beyond memory, in files of H2's MVStore.
 *
 * @provides io.millrace.spi.state.StateStoreProvider {@code mvstore}
 */
module io.millrace.state.mvstore {
    requires com.h2database.mvstore;
    requires transitive io.millrace.api;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.millrace.state.mvstore;

    provides io.millrace.spi.state.StateStoreProvider with
            io.millrace.state.mvstore.MvStateStoreProvider;
}
