// SPDX-License-Identifier: Apache-2.0

/** Real servers in child JVMs, for tests, the demo and benchmarks. */
module io.millrace.servers {
    requires static org.jspecify;
    requires static org.junit.jupiter.api;
    requires io.millrace.api;
    requires org.slf4j;

    exports io.millrace.servers;
    exports io.millrace.servers.junit;
}
