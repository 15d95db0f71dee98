// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import io.millrace.spi.receiver.ReceiverProvider;
import io.millrace.testkit.receiver.PushReceiverConformance;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A receiver that is a loop in the program. */
class CustomInputConformanceTest extends PushReceiverConformance {
    /** Text as it is, and nothing around it. */
    private static final Codec<String> TEXT = new Codec<>() {
        private static final long serialVersionUID = 1L;

        @Override
        public String id() {
            return "bare-text";
        }

        @Override
        public void encode(String value, ByteWriter out) {
            byte[] bytes = value.getBytes(UTF_8);
            out.writeRaw(bytes, 0, bytes.length);
        }

        @Override
        public String decode(ByteReader in, int version) {
            return new String(in.array(), in.position(), in.remaining(), UTF_8);
        }
    };

    private final BlockingQueue<String> queue = new LinkedBlockingQueue<>();

    @Override
    protected ReceiverProvider provider() {
        return (ReceiverProvider) Objects.requireNonNull(CustomInput.of("custom", TEXT, store -> {
                    while (true) {
                        store.store(queue.take());
                    }
                })
                .implementation());
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of();
    }

    @Override
    protected void send(List<String> values) {
        queue.addAll(values);
    }
}
