// SPDX-License-Identifier: Apache-2.0

/**
 * Inputs that need nothing but the JDK.
 *
 * @provides io.millrace.spi.direct.DirectSourceProvider {@code files} and {@code rate}
 * @provides io.millrace.spi.receiver.ReceiverProvider {@code socket}
 */
module io.millrace.inputs {
    requires transitive io.millrace.api;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.millrace.inputs;

    provides io.millrace.spi.direct.DirectSourceProvider with
            io.millrace.inputs.FilesProvider,
            io.millrace.inputs.RateProvider;
    provides io.millrace.spi.receiver.ReceiverProvider with
            io.millrace.inputs.SocketProvider;
}
