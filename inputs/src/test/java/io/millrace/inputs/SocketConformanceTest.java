// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.millrace.spi.receiver.ReceiverProvider;
import io.millrace.testkit.receiver.PushReceiverConformance;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** Lines from a real server, which serves whoever is connected. */
class SocketConformanceTest extends PushReceiverConformance {
    private final LineServer server;

    SocketConformanceTest() throws IOException {
        server = new LineServer();
    }

    @AfterEach
    void closeServer() throws IOException {
        server.close();
    }

    @Override
    protected ReceiverProvider provider() {
        return new SocketProvider();
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of("host", "127.0.0.1", "port", Integer.toString(server.port()));
    }

    @Override
    protected void send(List<String> values) throws IOException {
        await().atMost(Duration.ofSeconds(60)).until(this::isConnected);
        server.send((String.join("\n", values) + "\n").getBytes(UTF_8));
    }

    /** Whether somebody is at the other end of the newest connection. */
    private boolean isConnected() throws IOException {
        if (server.connections.isEmpty()) {
            return false;
        }
        Socket newest = server.connections.get(server.connections.size() - 1);
        newest.setSoTimeout(5);
        try {
            return newest.getInputStream().read() != -1;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
