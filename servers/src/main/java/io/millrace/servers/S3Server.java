// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server that speaks the protocol of S3 (S3Proxy over a directory) on loopback, in a JVM of its own. Its conditional
 * writes are atomic.
 *
 * <p>It does not outlive the JVM that started it, however that one ends. A server without a data directory of its own
 * forgets everything when it is closed.
 *
 * <p>All methods may be called by any thread; those that start and stop the server exclude each other.
 *
 * @since 0.1
 */
public final class S3Server implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(S3Server.class);
    private static final String ACCESS_KEY_ID = "millrace";
    private static final String SECRET_ACCESS_KEY = "millrace-secret";
    private static final String LOGBACK = "s3proxy-logback.xml";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
    private static final int ATTEMPTS = 5;

    private final Path libs;
    private final Path directory;
    private final boolean keepsData;
    private int port;
    private ServerProcess process;

    private S3Server(Builder builder) {
        libs = builder.libs == null ? JarFolder.S3.locate() : JarFolder.S3.checked(builder.libs);
        keepsData = builder.dataDirectory != null;
        directory = createDirectory(builder.dataDirectory);
        try {
            process = start(true);
        } catch (RuntimeException e) {
            if (!keepsData) {
                deleteDirectory();
            }
            throw e;
        }
    }

    /** Returns a builder whose defaults make a server for tests. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns where the server is; it stays the same over {@link #restart()}. */
    public synchronized URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Returns the settings of the log store {@code s3} that reach this server. */
    public Map<String, String> settings() {
        return Map.of(
                "endpoint",
                endpoint().toString(),
                "access-key-id",
                ACCESS_KEY_ID,
                "secret-access-key",
                SECRET_ACCESS_KEY);
    }

    /** Makes an empty bucket, unless there is one of this name. */
    public void createBucket(String name) {
        try {
            Files.createDirectories(data().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create bucket " + name + " in " + data(), e);
        }
    }

    /** Returns the process id of the server that runs now or ran last. */
    public synchronized long pid() {
        return process.pid();
    }

    /** Returns the file that everything which the server prints is appended to. */
    public Path log() {
        return directory.resolve("server.log");
    }

    /** Ends the server as a power cut would (SIGKILL). Its data stays for {@link #restart()}. */
    public synchronized void kill() {
        process.kill();
    }

    /** Freezes the server (SIGSTOP): connections stay open, nothing answers. */
    public synchronized void pause() {
        process.pause();
    }

    /** Lets a paused server go on (SIGCONT). */
    public synchronized void resume() {
        process.resume();
    }

    /** Starts the server again on the same data and the same port. */
    public synchronized void restart() {
        process.kill();
        process = start(false);
    }

    /** Ends the server, and deletes its data unless it has a directory of its own. */
    @Override
    public synchronized void close() {
        process.kill();
        if (!keepsData) {
            deleteDirectory();
        }
    }

    private Path data() {
        return directory.resolve("data");
    }

    private ServerProcess start(boolean newPort) {
        for (int attempt = 1; ; attempt++) {
            port = newPort ? Ports.free() : port;
            ServerProcess started = launch();
            if (started.awaitOutput(S3Main.READY, START_TIMEOUT)) {
                LOG.info("S3Proxy {} on {} is ready", started.pid(), endpoint());
                return started;
            }
            boolean ended = !started.alive();
            started.kill();
            String output = started.lastOutput();
            if (!output.contains("Address already in use") || !newPort || attempt == ATTEMPTS) {
                throw new MillraceException(
                        ErrorCode.EXTERNAL_SYSTEM,
                        String.format(
                                Locale.ROOT,
                                "S3Proxy on port %d with data in %s %s. The whole output: %s. It last printed:%n%s",
                                port,
                                directory,
                                ended ? "ended while it started" : "was not ready in time",
                                log(),
                                output));
            }
        }
    }

    private ServerProcess launch() {
        Path properties = directory.resolve("s3proxy.properties");
        Path logback = directory.resolve(LOGBACK);
        try (InputStream bundled = Objects.requireNonNull(S3Server.class.getResourceAsStream(LOGBACK), LOGBACK)) {
            Files.copy(bundled, logback, StandardCopyOption.REPLACE_EXISTING);
            Files.createDirectories(data());
            Files.writeString(
                    properties,
                    String.join(
                            "\n",
                            "s3proxy.endpoint=http://127.0.0.1:" + port,
                            "s3proxy.authorization=aws-v2-or-v4",
                            "s3proxy.identity=" + ACCESS_KEY_ID,
                            "s3proxy.credential=" + SECRET_ACCESS_KEY,
                            "jclouds.provider=filesystem-nio2",
                            "jclouds.identity=unused",
                            "jclouds.credential=unused",
                            "jclouds.filesystem.basedir=" + data(),
                            ""));
            return ServerProcess.start(new ServerProcess.Command(
                    Path.of(System.getProperty("java.home")),
                    List.of(
                            "-Xmx384m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-Xshare:auto",
                            "-Dlogback.configurationFile=" + logback),
                    List.of(libs.resolve("*").toString()),
                    S3Main.class,
                    List.of(properties.toString()),
                    directory,
                    log()));
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    String.format(Locale.ROOT, "cannot start S3Proxy in %s: %s", directory, e),
                    e);
        }
    }

    private static Path createDirectory(@Nullable Path wanted) {
        try {
            return wanted == null
                    ? Files.createTempDirectory("millrace-s3-")
                    : Files.createDirectories(wanted.toAbsolutePath());
        } catch (IOException e) {
            throw new MillraceException(ErrorCode.EXTERNAL_SYSTEM, "cannot create the directory of S3Proxy: " + e, e);
        }
    }

    private void deleteDirectory() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete the data of S3Proxy in " + directory, e);
        }
    }

    /**
     * What a server is started with.
     *
     * @since 0.1
     */
    public static final class Builder {
        private @Nullable Path libs;
        private @Nullable Path dataDirectory;

        private Builder() {}

        /**
         * Sets the folder of the server's jars. Default: the system property {@code millrace.s3.libs}, else
         * {@code servers/s3/target/lib} of the build that the working directory belongs to.
         */
        public Builder libs(Path libs) {
            this.libs = libs;
            return this;
        }

        /**
         * Keeps the data in a directory, made if it is missing, and continues what an earlier server left there. Default:
         * a temporary directory that is deleted on close.
         */
        public Builder dataDirectory(Path dataDirectory) {
            this.dataDirectory = dataDirectory;
            return this;
        }

        /**
         * Starts the server and waits until it is ready.
         *
         * @throws MillraceException if the jars are missing or the server does not become ready
         */
        public S3Server start() {
            return new S3Server(this);
        }
    }
}
