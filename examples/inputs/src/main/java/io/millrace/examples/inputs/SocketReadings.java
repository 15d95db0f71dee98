// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.inputs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.inputs.CustomInput;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.time.Duration;

/** A receiver that blocks in a read: what it reads from is closed when it is to stop, so that it does not hold the stop. */
public final class SocketReadings {
    private SocketReadings() {}

    public static void main(String[] args) throws InterruptedException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 9999;
        try (StreamingContext ssc = StreamingContext.builder("readings")
                .batchInterval(Duration.ofSeconds(1))
                .build()) {
            ssc.receive(CustomInput.of("readings", Codecs.STRING, store -> read(port, store)))
                    .print();
            ssc.start();
            ssc.awaitTermination();
        }
    }

    static void read(int port, CustomInput.Store<String> store) throws IOException, InterruptedException {
        try (Socket socket = new Socket("localhost", port)) {
            store.onStop(socket);
            BufferedReader lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                store.store(line);
            }
        }
    }
}
