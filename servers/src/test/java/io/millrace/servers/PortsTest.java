// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortsTest {
    @Test
    void aFreePortCanBeListenedOn() throws IOException {
        int port = Ports.free();

        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(socket.isBound()).isTrue();
            assertThat(Ports.isFree(port)).isFalse();
        }
    }
}
