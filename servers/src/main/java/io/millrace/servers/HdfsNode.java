// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A namenode or datanode of an {@link HdfsCluster}, in a JVM of its own. What is done to it here is done at once; whether
 * the rest of the cluster has noticed is another question ({@link HdfsCluster#awaitDatanodes}).
 *
 * <p>Safe for use by several threads.
 *
 * @since 0.1
 */
public final class HdfsNode {
    private static final String LOG4J = "hdfs-log4j.properties";
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);

    private final Path directory;
    private final Path libs;
    private final Path javaHome;
    private final List<String> jvmArguments;
    private final String main;
    private final boolean formats;

    private ServerProcess process;

    HdfsNode(
            Path directory,
            Path libs,
            Path javaHome,
            List<String> jvmArguments,
            String main,
            boolean formats,
            Map<String, String> settings) {
        this.directory = directory;
        this.libs = libs;
        this.javaHome = javaHome;
        this.jvmArguments = jvmArguments;
        this.main = main;
        this.formats = formats;
        try {
            writeConfiguration(settings);
        } catch (IOException e) {
            throw failed(e);
        }
        process = launch();
    }

    private void writeConfiguration(Map<String, String> settings) throws IOException {
        Path conf = directory.resolve("conf");
        // The jars lack the pages of the nodes' status servers, which do not start without their folders.
        for (String pages : List.of("hdfs", "datanode", "static")) {
            Files.createDirectories(conf.resolve("webapps").resolve(pages));
        }
        Files.writeString(conf.resolve("core-site.xml"), HdfsSettings.xml(settings));
        Files.writeString(conf.resolve("hdfs-site.xml"), HdfsSettings.xml(settings));
        try (InputStream bundled = Objects.requireNonNull(HdfsNode.class.getResourceAsStream(LOG4J), LOG4J)) {
            Files.copy(bundled, conf.resolve("log4j.properties"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private ServerProcess launch() {
        List<String> classPath =
                List.of(directory.resolve("conf").toString(), libs.resolve("*").toString());
        List<String> arguments = new ArrayList<>(List.of(main));
        if (formats && Files.notExists(data().resolve("current"))) {
            arguments.add("format");
        }
        try {
            return ServerProcess.start(new ServerProcess.Command(
                    javaHome, jvmArguments, classPath, HdfsMain.class, arguments, directory, log()));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private MillraceException failed(IOException cause) {
        return new MillraceException(
                ErrorCode.EXTERNAL_SYSTEM,
                String.format(Locale.ROOT, "cannot start %s in %s: %s", main, directory, cause),
                cause);
    }

    /** Where the node keeps what it stores. */
    Path data() {
        return directory.resolve("data");
    }

    /** Returns the process id of the node that runs now or ran last. */
    public synchronized long pid() {
        return process.pid();
    }

    /** Says whether the node's process is there; a paused one is. */
    public synchronized boolean isAlive() {
        return process.alive();
    }

    /** Returns the file that everything which the node prints is appended to. */
    public Path log() {
        return directory.resolve("node.log");
    }

    /** The last lines that the node has printed. */
    synchronized String lastOutput() {
        return process.lastOutput();
    }

    /** Ends the node as a power cut would (SIGKILL). Its data stays for {@link #restart()}. */
    public synchronized void kill() {
        process.kill();
    }

    /** Freezes the node (SIGSTOP): connections stay open, nothing answers. */
    public synchronized void pause() {
        process.pause();
    }

    /** Lets a paused node go on (SIGCONT). */
    public synchronized void resume() {
        process.resume();
    }

    /** Stops the node gracefully if it runs. */
    public synchronized void stop() {
        process.stop(STOP_TIMEOUT);
    }

    /** Starts the node again on the same data and ports, after {@link #kill()} or in place of a running one. */
    public synchronized void restart() {
        process.stop(STOP_TIMEOUT);
        process = launch();
    }
}
