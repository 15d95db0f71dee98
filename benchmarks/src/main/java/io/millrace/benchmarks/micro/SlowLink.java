// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.micro;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;

/** A way to a server on which every answer takes longer, as if the server were far away; bandwidth stays as it is. */
final class SlowLink implements AutoCloseable {
    private static final int CHUNK = 64 << 10;

    private final URI server;
    private final long delayNanos;
    private final ServerSocket listening;

    SlowLink(URI server, Duration delay) throws IOException {
        this.server = server;
        this.delayNanos = delay.toNanos();
        this.listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort());
    }

    private void accept() throws IOException {
        while (!listening.isClosed()) {
            Socket client = listening.accept();
            Socket upstream = new Socket(server.getHost(), server.getPort());
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            start(() -> client.getInputStream().transferTo(upstream.getOutputStream()));
            start(() -> delayed(upstream.getInputStream(), client.getOutputStream()));
        }
    }

    private void delayed(InputStream from, OutputStream to) throws IOException {
        Deque<Chunk> waiting = new ArrayDeque<>();
        start(() -> {
            while (true) {
                Chunk next;
                synchronized (waiting) {
                    while (waiting.isEmpty()) {
                        waiting.wait();
                    }
                    next = waiting.remove();
                }
                long left = next.due - System.nanoTime();
                while (left > 0) {
                    LockSupport.parkNanos(left);
                    left = next.due - System.nanoTime();
                }
                if (next.bytes.length == 0) {
                    to.close();
                    return;
                }
                to.write(next.bytes);
                to.flush();
            }
        });
        byte[] buffer = new byte[CHUNK];
        int read;
        do {
            read = from.read(buffer);
            byte[] bytes = new byte[Math.max(0, read)];
            System.arraycopy(buffer, 0, bytes, 0, bytes.length);
            synchronized (waiting) {
                waiting.add(new Chunk(System.nanoTime() + delayNanos, bytes));
                waiting.notifyAll();
            }
        } while (read > 0);
    }

    private static final class Chunk {
        final long due;
        final byte[] bytes;

        Chunk(long due, byte[] bytes) {
            this.due = due;
            this.bytes = bytes;
        }
    }

    private static void start(Traffic traffic) {
        Thread thread = new Thread(
                () -> {
                    try {
                        traffic.run();
                    } catch (IOException e) {
                        // the connection is over
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "slow-link");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What moves bytes. */
    private interface Traffic {
        void run() throws IOException, InterruptedException;
    }
}
