// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A real server on a free port of this machine: keeps its connections, and sends what a test tells it to. */
final class LineServer implements AutoCloseable {
    final List<Socket> connections = new CopyOnWriteArrayList<>();
    private final ServerSocket server;

    LineServer() throws IOException {
        this(0);
    }

    LineServer(int port) throws IOException {
        server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        Thread thread = new Thread(this::accept, "line-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                connections.add(server.accept());
            }
        } catch (SocketException e) {
            // closed: there is nothing more to accept
            return;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /** Sends bytes over the newest connection. */
    void send(byte[] bytes) throws IOException {
        OutputStream out = connections.get(connections.size() - 1).getOutputStream();
        out.write(bytes);
        out.flush();
    }

    /** Ends the newest connection. */
    void hangUp() throws IOException {
        connections.get(connections.size() - 1).close();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }
}
