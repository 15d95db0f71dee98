// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** One connection: its records until it ends. */
final class SocketLoop implements LoopReceiver.Loop {
    private static final int BUFFER = 64 << 10;

    /** After half a minute of silence the peer is asked whether it lives, and given up when it did not answer three times. */
    private static final Map<String, Integer> KEEP_ALIVE =
            Map.of("TCP_KEEPIDLE", 30, "TCP_KEEPINTERVAL", 10, "TCP_KEEPCOUNT", 3);

    private final String host;
    private final int port;
    private final Duration timeout;
    private final Duration idle;
    private final @Nullable SSLSocketFactory tls;
    private final Framing framing;
    private final Instant since;
    private volatile boolean connected;
    private @Nullable Socket open;
    private boolean unblocked;

    /**
     * A connection that is made later.
     *
     * @param timeout how long connecting may take, and then the handshake of TLS
     * @param idle how long the peer may send nothing; zero for ever
     * @param tls makes sockets that speak TLS; null for plain ones
     * @param now when it was decided to connect
     */
    SocketLoop(
            String host,
            int port,
            Duration timeout,
            Duration idle,
            @Nullable SSLSocketFactory tls,
            Framing framing,
            Instant now) {
        this.host = host;
        this.port = port;
        this.timeout = timeout;
        this.idle = idle;
        this.tls = tls;
        this.framing = framing;
        this.since = now;
    }

    @Override
    public void run(RecordSink sink) throws Exception {
        try (Socket socket = new Socket()) {
            keep(socket);
            InputStream in = connect(socket);
            connected = true;
            for (byte[] record = framing.next(in); record != null; record = framing.next(in)) {
                sink.store(record);
            }
        } catch (SocketTimeoutException e) {
            throw failed(peer() + " has sent nothing for " + idle.toMillis() + " ms, the setting 'idle-timeout'", e);
        } catch (IOException e) {
            throw failed("the connection to " + peer() + " failed (" + e.getMessage() + ")", e);
        } finally {
            connected = false;
        }
        throw new MillraceException(ErrorCode.EXTERNAL_SYSTEM, peer() + " closed the connection");
    }

    private static MillraceException failed(String message, IOException cause) {
        return new MillraceException(ErrorCode.EXTERNAL_SYSTEM, message, cause);
    }

    private String peer() {
        return host + ":" + port;
    }

    @Override
    public Optional<String> trouble() {
        return connected ? Optional.empty() : Optional.of("there is no connection to " + peer() + " since " + since);
    }

    private InputStream connect(Socket socket) {
        int millis = millis(timeout);
        try {
            keepAlive(socket);
            socket.connect(new InetSocketAddress(host, port), millis);
            socket.setSoTimeout(millis);
            InputStream in =
                    tls == null ? socket.getInputStream() : secured(socket, tls).getInputStream();
            socket.setSoTimeout(millis(idle));
            return new BufferedInputStream(in, BUFFER);
        } catch (IOException e) {
            String next = e instanceof SSLException
                    ? " with TLS (" + e.getMessage() + "): does it speak TLS, and trusts 'tls.ca-file' its certificate?"
                    : " (" + e.getMessage() + "): is the server running?";
            throw failed("cannot connect to " + peer() + next, e);
        }
    }

    private static int millis(Duration duration) {
        return (int) Math.min(Integer.MAX_VALUE, duration.toMillis());
    }

    /** Has a peer noticed that vanished without a farewell, as far as the platform can. */
    static void keepAlive(Socket socket) throws IOException {
        socket.setKeepAlive(true);
        for (SocketOption<?> option : socket.supportedOptions()) {
            Integer value = KEEP_ALIVE.get(option.name());
            if (value != null && option.type() == Integer.class) {
                set(socket, option, value);
            }
        }
    }

    @SuppressWarnings("unchecked") // its type was compared
    private static void set(Socket socket, SocketOption<?> option, Integer value) throws IOException {
        socket.setOption((SocketOption<Integer>) option, value);
    }

    /** The certificate must be for the host's name. */
    private SSLSocket secured(Socket socket, SSLSocketFactory factory) throws IOException {
        SSLSocket secured = (SSLSocket) factory.createSocket(socket, host, port, true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
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
