// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One connection: its records until it ends. */
final class SocketLoop implements LoopReceiver.Loop {
    private static final int BUFFER = 64 << 10;

    private final String host;
    private final int port;
    private final Duration timeout;
    private final Framing framing;
    private @Nullable Socket open;
    private boolean unblocked;

    SocketLoop(String host, int port, Duration timeout, Framing framing) {
        this.host = host;
        this.port = port;
        this.timeout = timeout;
        this.framing = framing;
    }

    @Override
    public void run(RecordSink sink) throws Exception {
        try (Socket socket = new Socket()) {
            keep(socket);
            connect(socket);
            InputStream in = new BufferedInputStream(socket.getInputStream(), BUFFER);
            for (byte[] record = framing.next(in); record != null; record = framing.next(in)) {
                sink.store(record);
            }
        }
        throw new MillraceException(ErrorCode.EXTERNAL_SYSTEM, host + ":" + port + " closed the connection");
    }

    private void connect(Socket socket) {
        try {
            socket.setKeepAlive(true);
            socket.connect(new InetSocketAddress(host, port), (int) Math.min(Integer.MAX_VALUE, timeout.toMillis()));
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    "cannot connect to " + host + ":" + port + " (" + e.getMessage() + "): is the server running?",
                    e);
        }
    }

    private synchronized void keep(Socket socket) throws InterruptedException {
        if (unblocked) {
            throw new InterruptedException("the receiver is stopped");
        }
        open = socket;
    }

    @Override
    public synchronized void unblock() {
        unblocked = true;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // It is given up either way, and run() sees what there is to see
                return;
            }
        }
    }
}
