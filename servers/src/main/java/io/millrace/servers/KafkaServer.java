// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Apache Kafka broker on loopback, broker and controller in one node, in a JVM of its own.
 *
 * <p>It does not outlive the JVM that started it, however that one ends. Topics are not created automatically; clients
 * create them. A server without a data directory of its own forgets everything when it is closed.
 *
 * <p>All methods may be called by any thread; those that start and stop the broker exclude each other.
 *
 * @since 0.1
 */
public final class KafkaServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaServer.class);
    private static final String READY = "Kafka Server started";
    private static final String PORT_TAKEN = "Address already in use";
    private static final String LOG4J = "kafka-log4j2.properties";
    private static final int ATTEMPTS = 5;

    private final Path libs;
    private final Path javaHome;
    private final List<String> jvmArguments;
    private final Map<String, String> settings;
    private final Path directory;
    private final boolean keepsData;
    private final boolean choosesPort;
    private final Duration startTimeout;
    private final Duration stopTimeout;

    private int port;
    private int controllerPort;
    private ServerProcess process;

    private KafkaServer(Builder builder) {
        libs = builder.libs == null ? JarFolder.KAFKA.locate() : JarFolder.KAFKA.checked(builder.libs);
        javaHome = builder.javaHome;
        jvmArguments = builder.jvmArguments();
        settings = Map.copyOf(builder.settings);
        keepsData = builder.dataDirectory != null;
        choosesPort = builder.port == 0;
        startTimeout = builder.startTimeout;
        stopTimeout = builder.stopTimeout;
        directory = createDirectory(builder.dataDirectory);
        port = builder.port;
        try {
            process = start(true);
        } catch (RuntimeException e) {
            if (!keepsData) {
                deleteDirectory();
            }
            throw e;
        }
    }

    /** Returns a builder whose defaults make a broker for functional tests: it starts fast and uses little memory. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the address for {@code bootstrap.servers}; it stays the same over {@link #restart()}. */
    public synchronized String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Returns the process id of the broker that runs now or ran last. */
    public synchronized long pid() {
        return process.pid();
    }

    /** Says whether the broker's process is there; a paused one is. */
    public synchronized boolean isAlive() {
        return process.alive();
    }

    /** Returns the file that everything which the broker prints is appended to. */
    public Path log() {
        return directory.resolve("server.log");
    }

    /** Ends the broker as a power cut would (SIGKILL). Its data stays for {@link #restart()}. */
    public synchronized void kill() {
        process.kill();
    }

    /**
     * Freezes the broker (SIGSTOP): connections stay open, nothing answers.
     *
     * @throws IllegalStateException if the broker does not run
     */
    public synchronized void pause() {
        process.pause();
    }

    /**
     * Lets a paused broker go on (SIGCONT).
     *
     * @throws IllegalStateException if the broker does not run
     */
    public synchronized void resume() {
        process.resume();
    }

    /**
     * Starts the broker again on the same data and the same port, after {@link #kill()} or in place of a running one,
     * which is then stopped gracefully.
     *
     * @throws MillraceException if it does not become ready
     */
    public synchronized void restart() {
        process.stop(stopTimeout);
        process = start(false);
    }

    /** Stops the broker, gracefully if its data is to be kept, and deletes the data if it is not. */
    @Override
    public synchronized void close() {
        if (keepsData) {
            process.stop(stopTimeout);
        } else {
            process.kill();
            deleteDirectory();
        }
    }

    /** Starts a broker and waits until it is ready; with new ports, again if another process was faster to take one. */
    private ServerProcess start(boolean newPorts) {
        long begin = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            if (newPorts) {
                port = choosesPort ? Ports.free() : port;
                controllerPort = Ports.free();
            }
            ServerProcess started = launch();
            if (started.awaitOutput(READY, startTimeout)) {
                long millis = Duration.ofNanos(System.nanoTime() - begin).toMillis();
                LOG.info("Kafka broker {} on {} is ready after {} ms", started.pid(), bootstrapServers(), millis);
                return started;
            }
            boolean ended = !started.alive();
            started.kill();
            String output = started.lastOutput();
            boolean portTaken = output.contains(PORT_TAKEN);
            if (!portTaken || !newPorts || !choosesPort || attempt == ATTEMPTS) {
                throw failure(ended, portTaken, output);
            }
        }
    }

    private MillraceException failure(boolean ended, boolean portTaken, String output) {
        String reason = ended ? "ended while it started" : "was not ready after " + startTimeout.toSeconds() + " s";
        String step = portTaken ? "Choose another port, or 0 for any free one." : "The whole output: " + log() + ".";
        return new MillraceException(
                portTaken ? ErrorCode.USER_CONFIG : ErrorCode.EXTERNAL_SYSTEM,
                String.format(
                        Locale.ROOT,
                        "the Kafka broker on port %d with data in %s %s. %s It last printed:%n%s",
                        port,
                        directory,
                        reason,
                        step,
                        output));
    }

    private ServerProcess launch() {
        Path data = directory.resolve("data");
        Path properties = directory.resolve("server.properties");
        Path log4j = directory.resolve(LOG4J);
        try (InputStream bundled = Objects.requireNonNull(KafkaServer.class.getResourceAsStream(LOG4J), LOG4J)) {
            Files.copy(bundled, log4j, StandardCopyOption.REPLACE_EXISTING);
            Files.writeString(properties, KafkaSettings.text(data, port, controllerPort, settings));
            List<String> jvm = new ArrayList<>(jvmArguments);
            jvm.add("-Dlog4j2.configurationFile=" + log4j);
            List<String> arguments = new ArrayList<>(List.of(properties.toString()));
            if (Files.notExists(data.resolve("meta.properties"))) {
                arguments.add(KafkaSettings.CLUSTER_ID);
            }
            List<String> jars = List.of(libs.resolve("*").toString());
            return ServerProcess.start(
                    new ServerProcess.Command(javaHome, jvm, jars, KafkaMain.class, arguments, directory, log()));
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    String.format(Locale.ROOT, "cannot start the Kafka broker in %s: %s", directory, e),
                    e);
        }
    }

    private static Path createDirectory(@Nullable Path wanted) {
        try {
            return wanted == null
                    ? Files.createTempDirectory("millrace-kafka-")
                    : Files.createDirectories(wanted.toAbsolutePath());
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    String.format(
                            Locale.ROOT,
                            "cannot create the directory of the Kafka broker%s: %s",
                            wanted == null ? "" : " " + wanted,
                            e),
                    e);
        }
    }

    private void deleteDirectory() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete the data of the Kafka broker in " + directory, e);
        }
    }

    /**
     * What a broker is started with.
     *
     * @since 0.1
     */
    public static final class Builder {
        private @Nullable Path libs;
        private @Nullable Path dataDirectory;
        private int port;
        private String heap = "512m";
        private boolean throughput;
        private Path javaHome = Path.of(System.getProperty("java.home"));
        private Duration startTimeout = Duration.ofSeconds(90);
        private Duration stopTimeout = Duration.ofSeconds(15);
        private final Map<String, String> settings = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Sets the folder of the broker's jars. Default: the system property {@code millrace.kafka.libs}, else
         * {@code servers/kafka/target/lib} of the build that the working directory belongs to.
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

        /** Sets the port to listen on, on loopback. Default: 0, any free one. */
        public Builder port(int port) {
            this.port = port;
            return this;
        }

        /** Sets the largest heap as the JVM writes it, such as {@code 1g}. Default: {@code 512m}. */
        public Builder heap(String heap) {
            this.heap = heap;
            return this;
        }

        /** Makes a broker for benchmarks: every compiler, G1, the whole heap from the start. It starts slower. */
        public Builder throughput() {
            this.throughput = true;
            return this;
        }

        /** Sets the JDK or JRE that runs the broker. Default: the one that runs this program. */
        public Builder javaHome(Path javaHome) {
            this.javaHome = javaHome;
            return this;
        }

        /** Sets how long to wait until the broker is ready. Default: 90 seconds. */
        public Builder startTimeout(Duration startTimeout) {
            this.startTimeout = startTimeout;
            return this;
        }

        /** Sets how long a graceful stop may take before the broker is killed. Default: 15 seconds. */
        public Builder stopTimeout(Duration stopTimeout) {
            this.stopTimeout = stopTimeout;
            return this;
        }

        /** Adds a line to the broker's {@code server.properties}, in place of the built-in value if it has one. */
        public Builder setting(String name, String value) {
            settings.put(name, value);
            return this;
        }

        /**
         * Starts the broker and waits until it is ready.
         *
         * @throws MillraceException if the jars are missing, the port is taken or the broker does not become ready
         */
        public KafkaServer start() {
            return new KafkaServer(this);
        }

        private List<String> jvmArguments() {
            return throughput
                    ? List.of("-Xms" + heap, "-Xmx" + heap, "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20")
                    : List.of("-Xmx" + heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");
        }
    }
}
