// SPDX-License-Identifier: Apache-2.0

/**
 * The {@code millrace} command.
 *
 * @uses io.millrace.spi.plugin.ProviderSource where plugins come from
 * @uses io.millrace.testkit.bench.TestBench what feeds and sees what a plugin is tried on
 */
module io.millrace.cli {
    requires com.fasterxml.jackson.databind;
    requires info.picocli;
    requires io.millrace.api;
    requires io.millrace.core;
    requires io.millrace.plugins;
    requires io.millrace.servers;
    requires io.millrace.testkit;
    requires java.management;
    requires jdk.unsupported; // jline reaches for signals by reflection, and says nothing if it cannot
    requires kafka.clients;
    requires me.tongfei.progressbar;
    requires HdrHistogram;
    requires org.jline.terminal;
    requires org.junit.platform.launcher;
    requires org.junit.platform.reporting;
    requires org.slf4j;
    requires static org.jspecify;

    opens io.millrace.cli to
            info.picocli;
    opens io.millrace.cli.demo to
            com.fasterxml.jackson.databind;
    opens io.millrace.cli.tck to
            org.junit.platform.commons;

    uses io.millrace.spi.plugin.ProviderSource;
    uses io.millrace.testkit.bench.TestBench;
}
