// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.plugin.Settings;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Provides the receiver {@code socket}.
 *
 * @since 0.1
 */
public final class SocketProvider implements ReceiverProvider {
    static final String NAME = "socket";
    static final ConfigOption<String> HOST =
            ConfigOption.text("host", "which server to connect to").asRequired();
    static final ConfigOption<Long> PORT =
            ConfigOption.number("port", 1, 65_535, "its port").asRequired();
    static final ConfigOption<Format> FORMAT = ConfigOption.oneOf("format", Format.class, "how records are told apart")
            .withDefault("lines");
    static final ConfigOption<Long> MAX_RECORD = ConfigOption.size(
                    "max-record", 1, 64 << 20, "how long a record may be; a longer one ends the connection")
            .withDefault("1MiB");
    static final ConfigOption<Duration> CONNECT_TIMEOUT = ConfigOption.duration(
                    "connect-timeout", Duration.ofMillis(1), "how long connecting may take")
            .withDefault("10s");

    static final ConfigOption<Duration> IDLE_TIMEOUT = ConfigOption.duration(
                    "idle-timeout",
                    Duration.ZERO,
                    "how long the server may send nothing before the connection is given up and made again; 0ms for ever")
            .withDefault("0ms");
    static final ConfigOption<Boolean> TLS = ConfigOption.flag(
                    "tls", "whether to speak TLS; the server's certificate must be for 'host'")
            .withDefault("false");
    static final ConfigOption<String> TLS_CA_FILE = ConfigOption.text(
            "tls.ca-file",
            "the certificates that are trusted, in PEM format; those that the JVM trusts if it is not set");

    private final @Nullable Supplier<Framing> framing;

    enum Format {
        LINES,
        LENGTH_PREFIXED
    }

    /** Called by {@link java.util.ServiceLoader}. */
    public SocketProvider() {
        this.framing = null;
    }

    SocketProvider(Supplier<Framing> framing) {
        this.framing = framing;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of(HOST, PORT, FORMAT, MAX_RECORD, CONNECT_TIMEOUT, IDLE_TIMEOUT, TLS, TLS_CA_FILE);
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.NONE;
    }

    /** Asks only whether the host is known: to connect and leave again could be all that a server serves. */
    @Override
    public void validate(PluginContext context) {
        String host = context.settings().get(HOST);
        try {
            InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    context.settings().owner() + ": host '" + host + "' is not known: check the setting 'host'",
                    e);
        }
        tls(context.settings());
    }

    private static @Nullable SSLSocketFactory tls(Settings settings) {
        Optional<String> file = settings.find(TLS_CA_FILE);
        if (!settings.get(TLS)) {
            if (file.isPresent()) {
                throw new MillraceException(
                        ErrorCode.USER_CONFIG,
                        settings.owner() + ": 'tls.ca-file' is set and 'tls' is not: set tls = true, or leave it out");
            }
            return null;
        } else if (file.isEmpty()) {
            return Trust.ofJvm();
        }
        try {
            return Trust.in(Path.of(file.get()));
        } catch (IOException | GeneralSecurityException | InvalidPathException e) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    settings.owner() + ": tls.ca-file '" + file.get() + "' cannot be used (" + e
                            + "): give a file of certificates in PEM format",
                    e);
        }
    }

    @Override
    public Receiver create(PluginContext context) {
        Settings settings = context.settings();
        int max = Math.toIntExact(settings.get(MAX_RECORD));
        Supplier<Framing> chosen = framing != null
                ? framing
                : switch (settings.get(FORMAT)) {
                    case LINES -> () -> Framing.lines(max);
                    case LENGTH_PREFIXED -> () -> Framing.lengthPrefixed(max);
                };
        return new LoopReceiver(
                context,
                new SocketLoop(
                        settings.get(HOST),
                        Math.toIntExact(settings.get(PORT)),
                        settings.get(CONNECT_TIMEOUT),
                        settings.get(IDLE_TIMEOUT),
                        tls(settings),
                        chosen.get(),
                        Instant.ofEpochMilli(context.clock().millis())));
    }
}
