// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.testkit.bench.ReceiverBench;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** For {@code socket}: a server of lines on this machine, which serves the client that is connected. */
final class SocketBench implements ReceiverBench {
    @Override
    public String provider() {
        return "socket";
    }

    @Override
    public FedSource open(Map<String, String> given) throws IOException {
        return new Server(given, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    }

    private static final class Server implements FedSource {
        private static final long PATIENCE_SECONDS = 60;
        private static final int LOOK_MS = 5;

        private final Map<String, String> given;
        private final ServerSocket server;
        private @Nullable Socket newest;

        Server(Map<String, String> given, ServerSocket server) throws IOException {
            this.given = given;
            this.server = server;
            server.setSoTimeout(LOOK_MS);
        }

        @Override
        public Map<String, String> settings() {
            Map<String, String> settings = new HashMap<>(given);
            settings.put("host", server.getInetAddress().getHostAddress());
            settings.put("port", Integer.toString(server.getLocalPort()));
            settings.put("format", "lines");
            return settings;
        }

        @Override
        public void send(List<String> values) throws IOException {
            OutputStream out = connected().getOutputStream();
            out.write((String.join("\n", values) + "\n").getBytes(UTF_8));
            out.flush();
        }

        /** The newest connection whose client is still there. */
        private Socket connected() throws IOException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (System.nanoTime() < end) {
                accept();
                Socket socket = newest;
                if (socket != null && isThere(socket)) {
                    return socket;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MS));
            }
            throw new IOException(
                    "no client connected to port " + server.getLocalPort() + " for " + PATIENCE_SECONDS + " s");
        }

        private void accept() throws IOException {
            try {
                while (true) {
                    Socket next = server.accept();
                    hangUp();
                    next.setSoTimeout(LOOK_MS);
                    newest = next;
                }
            } catch (SocketTimeoutException e) {
                return; // no other caller is waiting
            }
        }

        private static boolean isThere(Socket socket) {
            try {
                return socket.getInputStream().read() != -1;
            } catch (SocketTimeoutException e) {
                return true;
            } catch (IOException e) {
                return false;
            }
        }

        private void hangUp() throws IOException {
            if (newest != null) {
                newest.close();
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            hangUp();
        }
    }
}
