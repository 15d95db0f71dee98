// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between clients and a server on loopback, and does to their connections what a network does: cuts them, or drops
 * what is sent without a word. All methods may be called by any thread.
 *
 * @since 0.1
 */
public final class TcpProxy implements AutoCloseable {
    private final ServerSocket listening;
    private final int target;
    private final Set<Line> lines = ConcurrentHashMap.newKeySet();
    private volatile boolean refusing;
    private volatile boolean silent;

    /** A proxy before a server on loopback, on a port of its own. */
    public TcpProxy(int target) {
        this.target = target;
        try {
            this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    /** The port that clients connect to instead of the server's. */
    public int port() {
        return listening.getLocalPort();
    }

    /** Resets all connections, and every new one until it is {@linkplain #heal healed}. */
    public void cut() {
        refusing = true;
        lines.forEach(Line::reset);
    }

    /** From now on nothing goes through the connections that there are, which stay open; new ones work. */
    public void dropConnections() {
        lines.forEach(line -> line.silent = true);
    }

    /** The same, and nothing goes through new connections either until it is {@linkplain #heal healed}. */
    public void drop() {
        silent = true;
        dropConnections();
    }

    /** New connections work. */
    public void heal() {
        refusing = false;
        silent = false;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                if (refusing) {
                    reset(client);
                    continue;
                }
                Line line = new Line(client, new Socket(InetAddress.getLoopbackAddress(), target), silent);
                lines.add(line);
                daemon(() -> line.copy(line.client, line.server));
                daemon(() -> line.copy(line.server, line.client));
            }
        } catch (IOException e) {
            lines.forEach(Line::reset); // it is closed, or the server is gone
        }
    }

    private final class Line {
        private final Socket client;
        private final Socket server;
        private volatile boolean silent;

        Line(Socket client, Socket server, boolean silent) {
            this.client = client;
            this.server = server;
            this.silent = silent;
        }

        void copy(Socket from, Socket to) {
            byte[] buffer = new byte[16 << 10];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                int read = in.read(buffer);
                while (read >= 0) {
                    if (!silent) {
                        out.write(buffer, 0, read);
                    }
                    read = in.read(buffer);
                }
                if (!silent) {
                    end();
                }
            } catch (IOException e) {
                end();
            }
        }

        private void end() {
            lines.remove(this);
            reset();
        }

        void reset() {
            TcpProxy.reset(client);
            TcpProxy.reset(server);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // it is gone
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "millrace-tcp-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    /** Resets all connections, and takes none any more. */
    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            // nothing listens there any more
        }
        cut();
    }
}
