// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.MillraceException;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.listener.StreamingEvent.ConditionChanged;
import io.millrace.api.listener.StreamingEvent.ReceiverError;
import io.millrace.api.listener.StreamingListener;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Peers that vanish, fall silent, or are not who they say. */
@Timeout(60)
class SocketFaultsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    Path folder;

    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final List<ConditionChanged> conditions = new CopyOnWriteArrayList<>();

    @Test
    void aPeerThatFallsSilentIsGivenUpAndConnectedToAgain() throws Exception {
        Programs<String> program = program();
        try (LineServer server = new LineServer();
                StreamingContext context = program.start(
                        SocketInput.connect("localhost", server.port())
                                .idleTimeout(Duration.ofMillis(500))
                                .lines(),
                        this::watched)) {
            await().atMost(Programs.DEADLINE).until(() -> !server.connections.isEmpty());
            server.send("one\n".getBytes(UTF_8));
            program.awaitElements(1);
            await().atMost(Programs.DEADLINE).until(() -> server.connections.size() >= 2);
            await().atMost(Programs.DEADLINE).until(() -> {
                server.send("two\n".getBytes(UTF_8));
                return program.elements().contains("two");
            });
            assertThat(errors)
                    .anyMatch(error -> error.contains(
                            "localhost:" + server.port() + " has sent nothing for 500 ms, the setting 'idle-timeout'"));
            assertThat(context.stopGracefully(Programs.DEADLINE)).isTrue();
        }
        assertThat(program.elements()).startsWith("one");
    }

    @Test
    void aPeerThatIsAwayIsNamedByAConditionUntilItIsBack() throws Exception {
        Programs<String> program = program();
        int port;
        try (LineServer first = new LineServer()) {
            port = first.port();
        }
        try (StreamingContext context =
                program.start(SocketInput.connect("localhost", port).lines(), this::watched)) {
            await().atMost(Programs.DEADLINE).until(() -> !conditions.isEmpty());
            assertThat(conditions.get(0)).satisfies(condition -> {
                assertThat(condition.holds()).isTrue();
                assertThat(condition.subject()).isEqualTo("input 'socket'");
                assertThat(condition.message()).contains("localhost:" + port).containsPattern("since 2\\d\\d\\d-");
            });
            try (LineServer server = new LineServer(port)) {
                await().atMost(Programs.DEADLINE)
                        .until(() -> !conditions.get(conditions.size() - 1).holds());
                server.send("back\n".getBytes(UTF_8));
                program.awaitElements(1);
                assertThat(context.stopGracefully(Programs.DEADLINE)).isTrue();
            }
        }
        assertThat(program.elements()).containsExactly("back");
    }

    @Test
    void aPeerThatVanishesIsAskedForWithinAMinuteWhereThePlatformCan() throws IOException {
        try (Socket socket = new Socket()) {
            SocketLoop.keepAlive(socket);
            assertThat(socket.getKeepAlive()).isTrue();
            Map<String, Object> set = new TreeMap<>();
            for (SocketOption<?> option : socket.supportedOptions()) {
                if (option.name().startsWith("TCP_KEEP")) {
                    set.put(option.name(), socket.getOption(option));
                }
            }
            assertThat(set.isEmpty()
                            || set.equals(Map.of("TCP_KEEPIDLE", 30, "TCP_KEEPINTERVAL", 10, "TCP_KEEPCOUNT", 3)))
                    .as("%s", set)
                    .isTrue();
        }
    }

    @Test
    void aPeerThatProvesWhoItIsIsReadAndOthersAreNot() throws Exception {
        KeyStore key = key();
        Path certificate = Files.write(
                folder.resolve("ca.pem"),
                ("-----BEGIN CERTIFICATE-----\n"
                                + Base64.getMimeEncoder()
                                        .encodeToString(
                                                key.getCertificate("server").getEncoded())
                                + "\n-----END CERTIFICATE-----\n")
                        .getBytes(US_ASCII));
        try (ServerSocket server = serving(key)) {
            Thread thread = new Thread(() -> greet(server), "tls-server");
            thread.setDaemon(true);
            thread.start();
            Programs<String> program = program();
            try (StreamingContext context = program.start(SocketInput.connect("localhost", server.getLocalPort())
                    .tls()
                    .set("tls.ca-file", certificate.toString())
                    .lines())) {
                program.awaitElements(1);
                context.stop();
            }
            assertThat(program.elements()).contains("hello").containsOnly("hello");
            refused(SocketInput.connect("localhost", server.getLocalPort()).tls());
            refused(SocketInput.connect("127.0.0.1", server.getLocalPort())
                    .tls()
                    .set("tls.ca-file", certificate.toString()));
        }
    }

    private void refused(SocketInput input) {
        errors.clear();
        Programs<String> program = new Programs<>(folder.resolve("refused"));
        try (StreamingContext context = program.start(input.lines(), this::watched)) {
            await().atMost(Programs.DEADLINE)
                    .untilAsserted(() -> assertThat(errors).anyMatch(error -> error.contains("with TLS")));
            context.stop();
        }
        assertThat(program.elements()).isEmpty();
    }

    @Test
    void certificatesThatCannotBeReadEndTheStartInOneLine() throws IOException {
        Path none = Files.writeString(folder.resolve("none.pem"), "nothing\n");
        for (String file : List.of(none.toString(), "/no/such/file")) {
            assertThatThrownBy(() -> program()
                            .start(SocketInput.connect("localhost", 9)
                                    .tls()
                                    .set("tls.ca-file", file)
                                    .lines()))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("tls.ca-file '" + file + "' cannot be used")
                    .hasMessageContaining("give a file of certificates in PEM format");
        }
        assertThatThrownBy(() -> program()
                        .start(SocketInput.connect("localhost", 9)
                                .set("tls.ca-file", none.toString())
                                .lines()))
                .hasMessageContaining("'tls.ca-file' is set and 'tls' is not");
    }

    private Programs<String> program() {
        return new Programs<>(folder.resolve("checkpoint"));
    }

    private StreamingContextBuilder watched(StreamingContextBuilder builder) {
        return builder.set("watchdog.stuck-after", "1s").listener(new StreamingListener() {
            @Override
            public void onReceiverError(ReceiverError event) {
                errors.add(event.message());
            }

            @Override
            public void onConditionChanged(ConditionChanged event) {
                if (event.condition().equals("input-trouble")) {
                    conditions.add(event);
                }
            }
        });
    }

    private KeyStore key() throws Exception {
        Path store = folder.resolve("server.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        store.toString())
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore key = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            key.load(in, PASSWORD);
        }
        return key;
    }

    private static ServerSocket serving(KeyStore key) throws Exception {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(key, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    private static void greet(ServerSocket server) {
        boolean open = true;
        while (open) {
            open = greetNext(server);
        }
    }

    /** Greets a peer, and says whether others may come. */
    private static boolean greetNext(ServerSocket server) {
        try (Socket socket = server.accept()) {
            socket.getOutputStream().write("hello\n".getBytes(UTF_8));
            return true;
        } catch (IOException e) {
            return !server.isClosed(); // a peer that does not trust this one, or the end of the test
        }
    }
}
