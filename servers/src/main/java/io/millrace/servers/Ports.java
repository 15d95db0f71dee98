// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds free ports on loopback.
 *
 * <p>They lie below the range that operating systems give to outgoing connections. A port from that range can be taken
 * while its server is down by a client that retries: on loopback, source and destination then meet in one socket, and
 * the server cannot come back.
 */
final class Ports {
    private static final int FIRST = 15_000;
    private static final int LAST = 32_000;
    private static final int ATTEMPTS = 1_000;

    private Ports() {}

    /** Returns a port that was free a moment ago; another process may still be faster. */
    static int free() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException(String.format(
                Locale.ROOT, "no free port on loopback between %d and %d after %d attempts", FIRST, LAST, ATTEMPTS));
    }

    /** Says whether a server could listen on a port of the loopback address now. */
    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
