// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import static java.util.Objects.requireNonNull;

import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import io.millrace.api.source.Source;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverProvider;
import java.util.Map;
import java.util.function.Function;

/**
 * Inputs whose receiver is written in the program.
 *
 * <pre>{@code
 * ssc.receive(CustomInput.of("sensors", Codecs.DOUBLE, store -> {
 *     try (Sensor sensor = Sensor.open()) {
 *         while (true) {
 *             store.store(sensor.read()); // blocks while the engine is held up; throws when the receiver is stopped
 *         }
 *     }
 * }))
 * }</pre>
 *
 * @since 0.1
 */
public final class CustomInput {
    private CustomInput() {}

    /**
     * An input that is a loop on a thread of its own. When it ends or throws, it is run again after a back-off. What was
     * stored survives the program; what the loop has and did not store is up to it.
     *
     * @param stream names the input for ever in the ledger
     * @param codec carries the elements to the log and the tasks
     */
    public static <T> Source<T> of(String stream, Codec<T> codec, Body<T> body) {
        requireNonNull(body, "body is null");
        Function<PluginContext, Receiver> receivers = plugin -> new LoopReceiver(plugin, new BodyLoop<>(codec, body));
        return new Source<>(
                stream,
                stream,
                Map.of(),
                SocketInput.decoding(codec),
                new Given(stream, ReceiverProvider.Guarantee.NONE, receivers));
    }

    /**
     * An input with a receiver of the program's own, of the SPI that plugins implement: it decides about positions,
     * acknowledgements and threads itself.
     *
     * @param stream names the input for ever in the ledger
     * @param guarantee what the receivers promise
     * @param receivers makes a receiver for each start
     */
    public static Source<byte[]> receiver(
            String stream, ReceiverProvider.Guarantee guarantee, Function<PluginContext, Receiver> receivers) {
        return receiver(
                stream,
                guarantee,
                receivers,
                () -> view -> SocketInput.value(view).toByteArray());
    }

    /** The same with elements that are decoded from the records. */
    public static <T> Source<T> receiver(
            String stream,
            ReceiverProvider.Guarantee guarantee,
            Function<PluginContext, Receiver> receivers,
            Source.DecoderSupplier<T> decoder) {
        return new Source<>(stream, stream, Map.of(), decoder, new Given(stream, guarantee, receivers));
    }

    /** Receives until it is interrupted. */
    @FunctionalInterface
    public interface Body<T> {
        /** Runs on the receiver's thread. */
        void run(Store<T> store) throws Exception;
    }

    /** Takes what a loop receives. */
    public interface Store<T> {
        /**
         * Takes an element; blocks while the engine is held up or pauses the receiver.
         *
         * @throws InterruptedException if the receiver is stopped; the element was not taken
         */
        void store(T element) throws InterruptedException;

        /**
         * Closes {@code resource} when the receiver is stopped, so that the loop does not stay where an interrupt does not
         * reach it: in a read from a socket, for instance. Closed at once if the receiver is stopped already. The call
         * comes on another thread than the loop's, and what it throws is ignored.
         *
         * @since 0.1
         */
        default void onStop(AutoCloseable resource) {
            throw new UnsupportedOperationException("this store cannot close anything");
        }

        /** How many elements this input stored since the program was first started: where a loop that counts goes on. */
        long stored();
    }

    /** Runs a body, and closes what that gave when the receiver is stopped. */
    private static final class BodyLoop<T> implements LoopReceiver.Loop {
        private final Codec<T> codec;
        private final Body<T> body;
        private final OpenResources open = new OpenResources();

        BodyLoop(Codec<T> codec, Body<T> body) {
            this.codec = codec;
            this.body = body;
        }

        @Override
        public void run(RecordSink sink) throws Exception {
            body.run(new CodecStore<>(codec, sink, open));
        }

        @Override
        public void unblock() {
            open.close();
        }
    }

    private record CodecStore<T>(Codec<T> codec, RecordSink sink, OpenResources open) implements Store<T> {
        @Override
        public void onStop(AutoCloseable resource) {
            open.add(resource);
        }

        @Override
        public void store(T element) throws InterruptedException {
            ByteWriter bytes = new ByteWriter(64);
            codec.encode(element, bytes);
            sink.store(bytes.toByteArray());
        }

        @Override
        public long stored() {
            return sink.stored();
        }
    }

    private record Given(String name, Guarantee guarantee, Function<PluginContext, Receiver> receivers)
            implements ReceiverProvider {
        @Override
        public ConfigSpec config() {
            return ConfigSpec.of();
        }

        @Override
        public Receiver create(PluginContext context) {
            return receivers.apply(context);
        }
    }
}
