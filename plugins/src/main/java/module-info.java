// SPDX-License-Identifier: Apache-2.0

/** The host of drop-in plugins. */
module io.millrace.plugins {
    requires io.millrace.api;
    requires org.slf4j;
    requires pf4j;
    requires static org.jspecify;
}
