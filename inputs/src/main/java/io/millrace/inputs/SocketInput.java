// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import static java.util.Objects.requireNonNull;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.Codec;
import io.millrace.api.source.RecordView;
import io.millrace.api.source.Slice;
import io.millrace.api.source.Source;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Describes an input that connects to a TCP server and takes what it sends.
 *
 * <pre>{@code
 * ssc.receive(SocketInput.connect("localhost", 9999).lines())
 * }</pre>
 *
 * What was received is in the log before it is processed, so it survives the program; what the server sent while nobody
 * was connected, or what was on its way when the program was killed, is lost: a socket does not send it again. When the
 * connection fails or ends it is made again, after a back-off. Not thread-safe.
 *
 * @since 0.1
 */
public final class SocketInput {
    private final Map<String, String> settings = new LinkedHashMap<>();

    private SocketInput() {}

    /** Connects to this server. */
    public static SocketInput connect(String host, int port) {
        return new SocketInput()
                .set(SocketProvider.HOST.key(), requireNonNull(host, "host is null"))
                .set(SocketProvider.PORT.key(), Integer.toString(port));
    }

    /** Speaks TLS; the server's certificate must be for the host's name. */
    public SocketInput tls() {
        return set(SocketProvider.TLS.key(), "true");
    }

    /** Gives the connection up, and makes it again, when the server has sent nothing for so long; never unless it is set. */
    public SocketInput idleTimeout(Duration silence) {
        return set(SocketProvider.IDLE_TIMEOUT.key(), silence.toMillis() + "ms");
    }

    /** Sets any setting of {@code socket} by its key. */
    public SocketInput set(String key, String value) {
        settings.put(key, value);
        return this;
    }

    /** The lines, as UTF-8; bytes that are none become U+FFFD. */
    public Source<String> lines() {
        return lines(StandardCharsets.UTF_8);
    }

    /**
     * The lines, in a character set in which a line feed is the byte 10; bytes that are none are replaced.
     *
     * @throws MillraceException if {@code charset} is another, such as UTF-16
     */
    public Source<String> lines(Charset charset) {
        String name = nameOf(charset);
        return source(SocketProvider.Format.LINES, () -> {
            Charset decoding = Charset.forName(name);
            return view -> {
                Slice value = value(view);
                return new String(value.array(), value.offset(), value.length(), decoding);
            };
        });
    }

    /** Values that follow their length in bytes, a big-endian {@code int}. */
    public <T> Source<T> lengthPrefixed(Codec<T> values) {
        return source(SocketProvider.Format.LENGTH_PREFIXED, decoding(values));
    }

    /**
     * Values that {@code framing} finds in the stream.
     *
     * @param framing makes one for each connection
     */
    public <T> Source<T> framed(Supplier<Framing> framing, Codec<T> values) {
        return new Source<>(
                null, SocketProvider.NAME, settings, decoding(values), new SocketProvider(requireNonNull(framing)));
    }

    private <T> Source<T> source(SocketProvider.Format format, Source.DecoderSupplier<T> decoder) {
        settings.put(
                SocketProvider.FORMAT.key(),
                format.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        return new Source<>(null, SocketProvider.NAME, settings, decoder);
    }

    /** The name of a character set in which a line feed is the byte 10. */
    static String nameOf(Charset charset) {
        if (!new String(new byte[] {'\n'}, charset).equals("\n")) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "lines(charset): a line feed is not the byte 10 in " + charset.name()
                            + ": convert what is read to UTF-8, such as by iconv -f " + charset.name() + " -t UTF-8");
        }
        return charset.name();
    }

    static <T> Source.DecoderSupplier<T> decoding(Codec<T> codec) {
        return () -> view -> {
            Slice value = value(view);
            return codec.decode(new ByteReader(value.array(), value.offset(), value.length()), codec.version());
        };
    }

    static Slice value(RecordView view) {
        return requireNonNull(view.value(), "a record without a value");
    }
}
