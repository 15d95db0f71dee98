// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;

/**
 * Finds out whether a listener speaks TLS, for the message of a client that gets no answer since it speaks the other
 * protocol: Kafka's clients say nothing of it but that time is up.
 */
final class ListenerProbe {
    private static final int PATIENCE_MILLIS = 2_000;

    /** A record of TLS that holds no handshake: an alert answers it. To Kafka's own protocol it is the length of a request that is too large. */
    private static final byte[] NO_HANDSHAKE = {0x16, 0x03, 0x01, 0x00, 0x04, 0x05, 0x00, 0x00, 0x00};

    private static final int ALERT = 0x15;
    private static final int HANDSHAKE = 0x16;

    private ListenerProbe() {}

    /**
     * What to say if the listener speaks TLS and the client does not, or the other way round; empty if they agree, or the
     * listener does not say.
     *
     * @param server {@code host:port}
     * @param protocol the client's {@code security.protocol}, in capitals
     */
    static Optional<String> otherProtocol(String server, String protocol) {
        boolean wanted = protocol.endsWith("SSL");
        return speaksTls(server).filter(tls -> tls != wanted).map(tls -> {
            String setting = "'" + KafkaOptions.PASS_THROUGH + "security.protocol' is " + protocol;
            return tls
                    ? "the listener at '" + server + "' speaks TLS, and " + setting + "; set it to SSL or SASL_SSL"
                    : "the listener at '" + server + "' does not speak TLS, and " + setting
                            + "; set it to PLAINTEXT or SASL_PLAINTEXT, or name the listener that does in"
                            + " 'bootstrap.servers'";
        });
    }

    private static Optional<Boolean> speaksTls(String server) {
        int colon = server.lastIndexOf(':');
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(server.substring(0, colon), Integer.parseInt(server.substring(colon + 1))),
                    PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(NO_HANDSHAKE);
            int first = socket.getInputStream().read();
            return Optional.of(first == ALERT || first == HANDSHAKE);
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
