// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.MillraceException;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codecs;
import io.millrace.api.listener.StreamingEvent.ReceiverError;
import io.millrace.api.listener.StreamingListener;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sockets, against a real server. */
@Timeout(60)
class SocketInputTest {
    @TempDir
    Path checkpoint;

    @Test
    void linesOfAServerAreProcessed() throws Exception {
        Programs<String> program = new Programs<>(checkpoint);
        try (LineServer server = new LineServer();
                StreamingContext context = program.start(
                        SocketInput.connect("localhost", server.port()).lines())) {
            awaitConnections(server, 1);
            server.send("one\r\ntwo\nth".getBytes(UTF_8));
            program.awaitElements(2);
            server.send("ree\n\näöü\n".getBytes(UTF_8));
            program.awaitElements(5);
            assertThat(context.stopGracefully(Programs.DEADLINE)).isTrue();
        }
        assertThat(program.elements()).containsExactlyInAnyOrder("one", "two", "three", "", "äöü");
    }

    @Test
    void aConnectionThatEndsIsMadeAgainAndNothingIsTwice() throws Exception {
        Programs<String> program = new Programs<>(checkpoint);
        List<String> errors = new CopyOnWriteArrayList<>();
        try (LineServer server = new LineServer();
                StreamingContext context = program.start(
                        SocketInput.connect("localhost", server.port()).lines(),
                        builder -> builder.listener(new StreamingListener() {
                            @Override
                            public void onReceiverError(ReceiverError event) {
                                errors.add(event.message());
                            }
                        }))) {
            awaitConnections(server, 1);
            server.send("before\nhalf a line".getBytes(UTF_8));
            program.awaitElements(1);
            server.hangUp();
            awaitConnections(server, 2);
            server.send("after\n".getBytes(UTF_8));
            program.awaitElements(3);
            context.stopGracefully(Programs.DEADLINE);
            assertThat(errors)
                    .anyMatch(error -> error.contains("localhost:" + server.port() + " closed the connection"));
        }
        assertThat(program.elements()).containsExactlyInAnyOrder("before", "half a line", "after");
    }

    @Test
    void whatWasReceivedSurvivesAnImmediateStop() throws Exception {
        Programs<String> program = new Programs<>(checkpoint);
        List<String> lines =
                IntStream.range(0, 2_000).mapToObj(i -> "line " + i).toList();
        try (LineServer server = new LineServer()) {
            StreamingContext killed = program.start(
                    SocketInput.connect("localhost", server.port()).lines());
            awaitConnections(server, 1);
            server.send((String.join("\n", lines) + "\n").getBytes(UTF_8));
            program.awaitElements(2_000);
            killed.stop();
            try (StreamingContext next = program.start(
                    SocketInput.connect("localhost", server.port()).lines())) {
                awaitConnections(server, 2);
                server.send("more\n".getBytes(UTF_8));
                program.awaitElements(2_001);
                next.stopGracefully(Programs.DEADLINE);
            }
        }
        assertThat(program.elements()).endsWith("more").hasSize(2_001).containsAll(lines);
    }

    @Test
    void aServerThatIsNotThereYetIsWaitedFor() throws Exception {
        Programs<String> program = new Programs<>(checkpoint);
        List<String> errors = new CopyOnWriteArrayList<>();
        int port;
        try (LineServer first = new LineServer()) {
            port = first.port();
        }
        try (StreamingContext context = program.start(
                SocketInput.connect("localhost", port).lines(),
                builder -> builder.listener(new StreamingListener() {
                    @Override
                    public void onReceiverError(ReceiverError event) {
                        errors.add(event.message());
                    }
                }))) {
            await().atMost(Programs.DEADLINE)
                    .until(() -> errors.stream()
                            .anyMatch(error -> error.contains("cannot connect to localhost:" + port)
                                    && error.contains("is the server running?")));
            try (LineServer server = new LineServer(port)) {
                awaitConnections(server, 1);
                server.send("here\n".getBytes(UTF_8));
                program.awaitElements(1);
            }
            context.stopGracefully(Programs.DEADLINE);
        }
        assertThat(program.elements()).containsExactly("here");
    }

    @Test
    void valuesCanFollowTheirLength() throws Exception {
        Programs<Long> program = new Programs<>(checkpoint);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (long number : new long[] {1, -5, 1L << 40}) {
            ByteWriter value = new ByteWriter(16);
            Codecs.LONG.encode(number, value);
            bytes.write(new byte[] {0, 0, 0, (byte) value.size()});
            bytes.write(value.toByteArray());
        }
        try (LineServer server = new LineServer();
                StreamingContext context = program.start(
                        SocketInput.connect("localhost", server.port()).lengthPrefixed(Codecs.LONG))) {
            awaitConnections(server, 1);
            server.send(bytes.toByteArray());
            program.awaitElements(3);
            context.stopGracefully(Programs.DEADLINE);
        }
        assertThat(program.elements()).containsExactlyInAnyOrder(1L, -5L, 1L << 40);
    }

    @Test
    void aProgramCanFrameByItself() throws Exception {
        Programs<String> program = new Programs<>(checkpoint);
        try (LineServer server = new LineServer();
                StreamingContext context = program.start(SocketInput.connect("localhost", server.port())
                        .framed(
                                () -> in -> {
                                    byte[] three = in.readNBytes(3);
                                    if (three.length == 0) {
                                        return null;
                                    }
                                    ByteWriter framed = new ByteWriter(8);
                                    framed.writeString(new String(three, UTF_8)); // what the codec below reads
                                    return framed.toByteArray();
                                },
                                Codecs.STRING))) {
            awaitConnections(server, 1);
            server.send("abcdefghi".getBytes(UTF_8));
            program.awaitElements(3);
            context.stopGracefully(Programs.DEADLINE);
        }
        assertThat(program.elements()).containsExactlyInAnyOrder("abc", "def", "ghi");
    }

    @Test
    void bytesThatAreNoTextAreReplacedAndOtherCharsetsRead() throws Exception {
        Programs<String> program = new Programs<>(checkpoint.resolve("utf8"));
        Programs<String> latin = new Programs<>(checkpoint.resolve("latin"));
        byte[] line = "süß\n".getBytes(ISO_8859_1);
        try (LineServer server = new LineServer()) {
            try (StreamingContext context = program.start(
                    SocketInput.connect("localhost", server.port()).lines())) {
                awaitConnections(server, 1);
                server.send(line);
                program.awaitElements(1);
                context.stopGracefully(Programs.DEADLINE);
            }
            try (StreamingContext context =
                    latin.start(SocketInput.connect("localhost", server.port()).lines(ISO_8859_1))) {
                awaitConnections(server, 2);
                server.send(line);
                latin.awaitElements(1);
                context.stopGracefully(Programs.DEADLINE);
            }
        }
        assertThat(program.elements()).containsExactly("s\uFFFD\uFFFD");
        assertThat(latin.elements()).containsExactly("süß");
    }

    @Test
    void aHostThatNobodyKnowsEndsTheStartInOneLine() {
        Programs<String> program = new Programs<>(checkpoint);
        assertThatThrownBy(() -> program.start(
                        SocketInput.connect("no-such-host.invalid", 9999).lines()))
                .isInstanceOf(MillraceException.class)
                .hasMessage("'socket' (socket): host 'no-such-host.invalid' is not known: check the setting 'host'");
    }

    @Test
    void aMistypedSettingIsNamed() {
        Programs<String> program = new Programs<>(checkpoint);
        assertThatThrownBy(() -> program.start(SocketInput.connect("localhost", 9999)
                        .set("max-recrod", "1KiB")
                        .lines()))
                .hasMessageContaining("unknown setting 'max-recrod', did you mean 'max-record'?");
        assertThatThrownBy(() ->
                        program.start(SocketInput.connect("localhost", 99_999).lines()))
                .hasMessageContaining("'port' = '99999'");
    }

    private static void awaitConnections(LineServer server, int number) {
        await().atMost(Programs.DEADLINE).until(() -> server.connections.size() >= number);
    }
}
