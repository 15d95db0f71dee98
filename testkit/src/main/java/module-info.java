// SPDX-License-Identifier: Apache-2.0

/** The conformance kit of the SPIs. */
module io.millrace.testkit {
    requires transitive io.millrace.api;
    requires transitive org.assertj.core;
    requires transitive org.junit.jupiter.api;
    requires io.millrace.wal.support;
    requires static org.jspecify;

    exports io.millrace.testkit;
    exports io.millrace.testkit.wal;
}
