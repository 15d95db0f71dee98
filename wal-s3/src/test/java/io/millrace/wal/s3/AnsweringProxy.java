// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Stands before a real server and gives the answers that the server will not give: a request for which there is none is
 * passed on, whole and one to a connection.
 */
final class AnsweringProxy implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final URI server;
    private final Function<String, Optional<String>> answers;

    /** @param answers the whole answer to a request of which the first line is given; empty to pass it on */
    AnsweringProxy(URI server, Function<String, Optional<String>> answers) throws IOException {
        this.server = server;
        this.answers = answers;
        inBackground(this::accept);
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort());
    }

    /** An answer of S3's: its status line, one header more, and an error in its body. */
    static String error(String status, String header, String code) {
        String body = "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>the region 'us-east-1' is wrong;"
                + " expecting 'eu-west-1'</Message></Error>";
        return "HTTP/1.1 " + status + "\r\n" + header + "\r\nContent-Type: application/xml\r\nContent-Length: "
                + body.length() + "\r\nConnection: close\r\n\r\n" + body;
    }

    private static void inBackground(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // a connection that ends, ends
                    }
                },
                "answering-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private interface Work {
        void run() throws IOException;
    }

    private void accept() throws IOException {
        while (!listening.isClosed()) {
            Socket client = listening.accept();
            inBackground(() -> serve(client));
        }
    }

    private void serve(Socket client) throws IOException {
        try (client) {
            InputStream in = client.getInputStream();
            String head = head(in);
            if (head.isEmpty()) {
                return;
            }
            if (head.toLowerCase(Locale.ROOT).contains("\r\nexpect: 100-continue")) {
                client.getOutputStream().write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
            }
            byte[] body = in.readNBytes(length(head));
            Optional<String> answer = answers.apply(head.substring(0, head.indexOf("\r\n")));
            if (answer.isPresent()) {
                client.getOutputStream().write(answer.get().getBytes(ISO_8859_1));
                return;
            }
            try (Socket upstream = new Socket(server.getHost(), server.getPort())) {
                OutputStream out = upstream.getOutputStream();
                String single = head.replaceAll("(?i)\r\n(connection|expect): [^\r]*", "")
                        .replaceFirst("\r\n", "\r\nConnection: close\r\n");
                out.write(single.getBytes(ISO_8859_1));
                out.write(body);
                out.flush();
                upstream.getInputStream().transferTo(client.getOutputStream());
            }
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static int length(String head) {
        return head.lines()
                .filter(line -> line.regionMatches(true, 0, "content-length:", 0, 15))
                .mapToInt(line -> Integer.parseInt(line.substring(15).trim()))
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
