// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real HDFS on loopback: one namenode and some datanodes, each in a JVM of its own, that do not outlive the JVM that
 * started them. Its data is in a temporary directory that {@link #close()} deletes.
 *
 * <p>All methods may be called by any thread.
 *
 * @since 0.1
 */
public final class HdfsCluster implements AutoCloseable {
    /** The principal of the nodes of a cluster with Kerberos. */
    public static final String KERBEROS_NODE = "hdfs/localhost";

    private static final Logger LOG = LoggerFactory.getLogger(HdfsCluster.class);
    private static final String NAMENODE = "org.apache.hadoop.hdfs.server.namenode.NameNode";
    private static final String DATANODE = "org.apache.hadoop.hdfs.server.datanode.DataNode";
    private static final String PORT_TAKEN = "Address already in use";
    private static final Pattern LIVE = Pattern.compile("\"NumLiveDataNodes\"\\s*:\\s*(\\d+)");
    private static final Pattern SAFE_MODE = Pattern.compile("\"FSState\"\\s*:\\s*\"Operational\"");
    private static final int ATTEMPTS = 3;
    private static final Duration POLL = Duration.ofMillis(100);

    private final Path directory;
    private final Duration startTimeout;
    private final int rpcPort;
    private final int httpPort;
    private final HdfsNode namenode;
    private final List<HdfsNode> datanodes = new ArrayList<>();

    private HdfsCluster(Builder builder, Path libs) {
        startTimeout = builder.startTimeout;
        directory = createDirectory(builder.parent);
        rpcPort = Ports.free();
        httpPort = Ports.free();
        Map<String, String> common =
                new LinkedHashMap<>(HdfsSettings.common(rpcPort, httpPort, Math.min(3, builder.datanodes)));
        common.putAll(builder.settings);
        namenode = node(builder, libs, "namenode", NAMENODE, common, HdfsSettings.namenode(data("namenode")));
        for (int i = 0; i < builder.datanodes; i++) {
            String name = "datanode-" + i;
            Map<String, String> own = HdfsSettings.datanode(data(name), Ports.free(), Ports.free(), Ports.free());
            datanodes.add(node(builder, libs, name, DATANODE, common, own));
        }
    }

    private HdfsNode node(
            Builder builder, Path libs, String name, String main, Map<String, String> common, Map<String, String> own) {
        Map<String, String> settings = new LinkedHashMap<>(common);
        settings.putAll(own);
        boolean first = main.equals(NAMENODE);
        return new HdfsNode(
                directory.resolve(name), libs, builder.javaHome, builder.jvmArguments(first), main, first, settings);
    }

    private Path data(String node) {
        return directory.resolve(node).resolve("data");
    }

    /** Returns a builder whose defaults make a cluster for functional tests: it starts fast and uses little memory. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the address of the namenode, such as {@code hdfs://127.0.0.1:23456}; it stays the same over restarts. */
    public URI uri() {
        return URI.create("hdfs://127.0.0.1:" + rpcPort);
    }

    /** Returns the settings of Hadoop's that clients of a cluster with Kerberos need. */
    public static Map<String, String> kerberosClient(KerberosKdc kdc) {
        return HdfsSettings.kerberosClient(kdc);
    }

    /** Returns the port of the namenode's RPC server, for a proxy in front of it. */
    public int port() {
        return rpcPort;
    }

    /** Returns the namenode. */
    public HdfsNode namenode() {
        return namenode;
    }

    /** Returns the datanodes, in the order in which they were made. */
    public List<HdfsNode> datanodes() {
        return List.copyOf(datanodes);
    }

    /**
     * Waits until the namenode is out of its safe mode and counts this many live datanodes. One that was killed counts for
     * 14 seconds more.
     *
     * @throws MillraceException if it does not come to that in the time that a start may take
     */
    public void awaitDatanodes(int count) {
        long deadline = System.nanoTime() + startTimeout.toNanos();
        while (System.nanoTime() < deadline) {
            if (!namenode.isAlive()) {
                break;
            }
            String state = state();
            Matcher live = LIVE.matcher(state);
            boolean ready = SAFE_MODE.matcher(state).find();
            if (ready && live.find() && Integer.parseInt(live.group(1)) == count) {
                return;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        HdfsNode guilty = Stream.concat(Stream.of(namenode), datanodes.stream())
                .filter(node -> !node.isAlive())
                .findFirst()
                .orElse(namenode);
        throw new MillraceException(
                ErrorCode.EXTERNAL_SYSTEM,
                String.format(
                        Locale.ROOT,
                        "the HDFS cluster in %s did not come to %d live datanodes in %d s. The whole output: %s. It last printed:%n%s",
                        directory,
                        count,
                        startTimeout.toSeconds(),
                        guilty.log(),
                        guilty.lastOutput()));
    }

    /** What the namenode's status server says; empty if it does not answer. */
    private String state() {
        try {
            URI page = URI.create(
                    "http://127.0.0.1:" + httpPort + "/jmx?qry=Hadoop:service=NameNode,name=FSNamesystemState");
            HttpURLConnection connection = (HttpURLConnection) page.toURL().openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(5000);
            try (InputStream answer = connection.getInputStream()) {
                return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            return "";
        }
    }

    /** Ends the cluster and deletes its data. Idempotent. */
    @Override
    public synchronized void close() {
        datanodes.forEach(HdfsNode::kill);
        namenode.kill();
        if (Files.notExists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete the data of the HDFS cluster in " + directory, e);
        }
    }

    private boolean portTaken() {
        return Stream.concat(Stream.of(namenode), datanodes.stream())
                .anyMatch(node -> !node.isAlive() && node.lastOutput().contains(PORT_TAKEN));
    }

    private static Path createDirectory(@Nullable Path parent) {
        try {
            return parent == null
                    ? Files.createTempDirectory("millrace-hdfs-")
                    : Files.createTempDirectory(Files.createDirectories(parent), "hdfs-");
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM, "cannot create the directory of the HDFS cluster: " + e, e);
        }
    }

    /**
     * What a cluster is started with.
     *
     * @since 0.1
     */
    public static final class Builder {
        private @Nullable Path libs;
        private @Nullable Path parent;
        private int datanodes = 3;
        private boolean throughput;
        private @Nullable KerberosKdc kdc;
        private Path javaHome = Path.of(System.getProperty("java.home"));
        private Duration startTimeout = Duration.ofMinutes(2);
        private final Map<String, String> settings = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Sets the folder of the cluster's jars. Default: the system property {@code millrace.hdfs.libs}, else
         * {@code servers/hdfs/target/lib} of the build that the working directory belongs to.
         */
        public Builder libs(Path libs) {
            this.libs = libs;
            return this;
        }

        /** Sets the directory in which the cluster makes its own. Default: where the system keeps temporary files. */
        public Builder parent(Path parent) {
            this.parent = parent;
            return this;
        }

        /** Sets how many datanodes there are. Default: 3. */
        public Builder datanodes(int datanodes) {
            this.datanodes = datanodes;
            return this;
        }

        /** Makes a cluster for benchmarks: every compiler, larger heaps. It starts slower. */
        public Builder throughput() {
            this.throughput = true;
            return this;
        }

        /** Sets the JDK or JRE that runs the nodes. Default: the one that runs this program. */
        public Builder javaHome(Path javaHome) {
            this.javaHome = javaHome;
            return this;
        }

        /** Sets how long to wait until the cluster is ready. Default: 2 minutes. */
        public Builder startTimeout(Duration startTimeout) {
            this.startTimeout = startTimeout;
            return this;
        }

        /** Adds a setting to every node's {@code hdfs-site.xml}, in place of the built-in value if it has one. */
        public Builder setting(String name, String value) {
            settings.put(name, value);
            return this;
        }

        /**
         * Makes a cluster with Kerberos: its nodes are the principal {@code hdfs/localhost} of this KDC, and data on its way
         * to datanodes is authenticated by SASL. Clients need {@link HdfsCluster#kerberosClient}.
         */
        public Builder kerberos(KerberosKdc kdc) {
            this.kdc = kdc;
            settings.putAll(HdfsSettings.kerberos(kdc));
            return this;
        }

        private List<String> jvmArguments(boolean namenode) {
            List<String> arguments = new ArrayList<>(
                    throughput
                            ? List.of("-Xms512m", "-Xmx512m", "-XX:+UseParallelGC")
                            : List.of(
                                    namenode ? "-Xmx256m" : "-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
            for (String opened : List.of("java.lang", "java.io", "java.util")) {
                arguments.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
            }
            arguments.add("-Djava.net.preferIPv4Stack=true");
            if (kdc != null) {
                arguments.add("-Djava.security.krb5.conf=" + kdc.krb5Conf());
            }
            return arguments;
        }

        /**
         * Starts the cluster and waits until all its datanodes are there.
         *
         * @throws MillraceException if the jars are missing or it does not become ready
         */
        public HdfsCluster start() {
            Path jars = libs == null ? JarFolder.HDFS.locate() : JarFolder.HDFS.checked(libs);
            long begin = System.nanoTime();
            for (int attempt = 1; ; attempt++) {
                HdfsCluster cluster = new HdfsCluster(this, jars);
                try {
                    cluster.awaitDatanodes(datanodes);
                    long millis = Duration.ofNanos(System.nanoTime() - begin).toMillis();
                    LOG.info("HDFS at {} with {} datanodes is ready after {} ms", cluster.uri(), datanodes, millis);
                    return cluster;
                } catch (RuntimeException e) {
                    boolean again = cluster.portTaken() && attempt < ATTEMPTS;
                    cluster.close();
                    if (!again) {
                        throw e;
                    }
                }
            }
        }
    }
}
