// SPDX-License-Identifier: Apache-2.0

/** The {@code millrace} command. */
module io.millrace.cli {
    requires info.picocli;
    requires io.millrace.api;
    requires io.millrace.core;
    requires io.millrace.plugins;
    requires org.slf4j;
    requires static org.jspecify;
}
