// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ceph's object gateway on loopback, which speaks the protocol of S3: another implementation than {@link S3Server}, in
 * another language, with atomic conditional writes too. A monitor, a store in memory and the gateway are children of this
 * JVM, and do not outlive it.
 *
 * <p>Needs Debian's packages {@code ceph-mon}, {@code ceph-osd} and {@code radosgw}, so it is for tests by choice.
 * All methods may be called by any thread.
 *
 * @since 0.1
 */
public final class RadosGateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RadosGateway.class);
    private static final List<String> TOOLS =
            List.of("ceph", "ceph-mon", "ceph-osd", "monmaptool", "radosgw", "radosgw-admin");
    private static final String ACCESS_KEY_ID = "millrace";
    private static final String SECRET_ACCESS_KEY = "millrace-secret";
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Path directory;
    private final int monitorPort = Ports.free();
    private final int oldMonitorPort = Ports.free();
    private final int port = Ports.free();
    private final List<Process> processes = new ArrayList<>();

    private RadosGateway(Path directory) {
        this.directory = directory;
    }

    /** The package that is missing for this server, or empty if all is there. */
    public static String missing() {
        return TOOLS.stream()
                .filter(tool -> Stream.of("/usr/bin", "/usr/sbin")
                        .noneMatch(folder -> Files.isExecutable(Path.of(folder, tool))))
                .findFirst()
                .map(tool -> tool + " (Debian: ceph-mon ceph-osd radosgw)")
                .orElse("");
    }

    /**
     * Starts an empty store and waits until it takes requests.
     *
     * @throws MillraceException if its packages are missing or it does not become ready
     */
    public static RadosGateway start() {
        long begin = System.nanoTime();
        RadosGateway started = null;
        try {
            started = new RadosGateway(Files.createTempDirectory("millrace-ceph-"));
            started.launch();
            LOG.info(
                    "Ceph's gateway on {} is ready after {} ms",
                    started.endpoint(),
                    Duration.ofNanos(System.nanoTime() - begin).toMillis());
            return started;
        } catch (IOException e) {
            if (started != null) {
                started.close();
            }
            throw new MillraceException(ErrorCode.EXTERNAL_SYSTEM, "cannot start Ceph's gateway: " + e, e);
        }
    }

    /** Returns where the server is. */
    public URI endpoint() {
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

    private void launch() throws IOException {
        String cluster = UUID.randomUUID().toString();
        String store = UUID.randomUUID().toString();
        for (String folder : List.of("monitor", "store", "gateway", "run", "log")) {
            Files.createDirectory(directory.resolve(folder));
        }
        Files.write(directory.resolve("ceph.conf"), configuration(cluster));
        String addresses = String.format(Locale.ROOT, "[v2:127.0.0.1:%d,v1:127.0.0.1:%d]", monitorPort, oldMonitorPort);
        run("monmaptool", "--create", "--fsid", cluster, "--addv", "a", addresses, "--enable-all-features", "monmap");
        run("ceph-mon", "--mkfs", "-i", "a", "--monmap", "monmap");
        serve("ceph-mon", "-f", "-i", "a");
        ceph("osd", "new", store, "0");
        run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", store);
        ceph("osd", "crush", "add", "osd.0", "1.0", "root=default", "host=h");
        serve("ceph-osd", "-f", "-i", "0", "--osd-crush-update-on-start=false");
        until("its store is up", () -> ceph("osd", "stat").contains("1 up"));
        serve("radosgw", "-f", "-n", "client.rgw", "--ms_mon_client_mode=crc", "--auth_client_required=none");
        until("it takes connections", this::listens);
        run(
                "radosgw-admin",
                "user",
                "create",
                "--uid=millrace",
                "--display-name=millrace",
                "--access-key=" + ACCESS_KEY_ID,
                "--secret-key=" + SECRET_ACCESS_KEY);
    }

    private List<String> configuration(String cluster) {
        return List.of(
                "[global]",
                "fsid = " + cluster,
                String.format(
                        Locale.ROOT, "mon_host = [v2:127.0.0.1:%d/0,v1:127.0.0.1:%d/0]", monitorPort, oldMonitorPort),
                "mon_initial_members = a",
                "public_addr = 127.0.0.1",
                "cluster_addr = 127.0.0.1",
                "ms_bind_ipv6 = false",
                // nobody else is there; the gateway would insist on keys unless told otherwise once more
                "auth_cluster_required = none",
                "auth_service_required = none",
                "auth_client_required = none",
                "auth_allow_insecure_global_id_reclaim = true",
                "ms_mon_client_mode = crc",
                "run_dir = " + directory.resolve("run"),
                "admin_socket = " + directory.resolve("run") + "/$name.asok",
                "log_file = " + directory.resolve("log") + "/$name.log",
                "mon_data = " + directory.resolve("monitor"),
                "osd_data = " + directory.resolve("store"),
                "rgw_data = " + directory.resolve("gateway"),
                "osd_objectstore = memstore",
                "memstore_device_bytes = 4294967296",
                "osd_pool_default_size = 1",
                "osd_pool_default_min_size = 1",
                "osd_pool_default_pg_num = 4",
                "osd_pool_default_pgp_num = 4",
                "osd_pool_default_pg_autoscale_mode = off",
                "osd_crush_chooseleaf_type = 0",
                "mon_allow_pool_size_one = true",
                "mon_max_pg_per_osd = 2000",
                "mon_data_avail_crit = 1",
                "rgw_rados_pool_pg_num_min = 4",
                String.format(Locale.ROOT, "rgw_frontends = beast endpoint=127.0.0.1:%d tcp_nodelay=1", port),
                "[client.rgw]",
                "ms_mon_client_mode = crc",
                "auth_client_required = none");
    }

    private String ceph(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ceph", "-c", conf(), "--connect-timeout", "20"));
        Collections.addAll(command, arguments);
        return Commands.run(directory, command);
    }

    private void run(String... command) throws IOException {
        Commands.run(directory, configured(command));
    }

    private void serve(String... command) throws IOException {
        Path log = directory.resolve("log").resolve(command[0] + ".out");
        processes.add(Commands.serve(directory, log, "KILL", configured(command)));
    }

    private List<String> configured(String... command) {
        List<String> line = new ArrayList<>(List.of(command));
        line.addAll(1, List.of("-c", conf()));
        return line;
    }

    private String conf() {
        return directory.resolve("ceph.conf").toString();
    }

    private boolean listens() throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private void until(String what, Condition condition) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        BooleanSupplier allLive = () -> processes.stream().allMatch(Process::isAlive);
        while (!condition.holds()) {
            if (!allLive.getAsBoolean() || System.nanoTime() > deadline) {
                throw new IOException(
                        "it ended, or took too long, before " + what + "; see " + directory.resolve("log"));
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    /** Ends the server; its data is gone. */
    @Override
    public void close() {
        for (Process process : processes) {
            try {
                process.getOutputStream().close();
            } catch (IOException e) {
                LOG.debug("a process of Ceph has ended before", e);
            }
            process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete the data of Ceph in " + directory, e);
        }
    }
}
