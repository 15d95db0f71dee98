// SPDX-License-Identifier: Apache-2.0

/** The engine. Nothing of it is public: a program reaches it through {@code io.millrace.api}. */
module io.millrace.core {
    requires com.google.common;
    requires com.google.guice;
    requires io.millrace.api;
    requires io.millrace.wal.support;
    requires jakarta.inject;
    requires org.jctools.core;
    requires org.slf4j;
    requires static org.jspecify;
}
