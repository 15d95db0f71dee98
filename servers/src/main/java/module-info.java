// SPDX-License-Identifier: Apache-2.0

/** Real servers as child JVMs, for tests, the demo and benchmarks. */
module io.millrace.servers {
    requires org.slf4j;
    requires static org.jspecify;
}
