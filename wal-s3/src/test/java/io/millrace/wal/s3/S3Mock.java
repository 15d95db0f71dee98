// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A real server whose conditional writes look first and write then: Adobe's S3Mock, in a JVM of its own. */
final class S3Mock implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(4); // 9 s on a machine that is quiet

    private final Process process;
    private final URI endpoint;

    private S3Mock(Process process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    /**
     * Starts it.
     *
     * @param jar that it was released with all it needs in
     * @param directory for its data and its output
     */
    static S3Mock start(Path jar, Path directory, String bucket) throws IOException {
        int port = freePort();
        Path classes = Path.of(
                S3Mock.class.getProtectionDomain().getCodeSource().getLocation().getPath());
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                jar + System.getProperty("path.separator") + classes,
                S3MockMain.class.getName(),
                "--server.address=127.0.0.1",
                "--com.adobe.testing.s3mock.http-port=" + port,
                "--com.adobe.testing.s3mock.store.initial-buckets=" + bucket,
                "--com.adobe.testing.s3mock.store.root=" + Files.createDirectories(directory.resolve("data")));
        Path log = directory.resolve("s3mock.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        S3Mock mock = new S3Mock(process, URI.create("http://127.0.0.1:" + port));
        try {
            await("S3Mock answers; its output is in " + log)
                    .atMost(START_TIMEOUT)
                    .failFast("S3Mock has ended; its output is in " + log, () -> !process.isAlive())
                    .until(() -> mock.hasBucket(bucket));
            return mock;
        } catch (RuntimeException | Error e) {
            mock.close();
            throw e;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean hasBucket(String bucket) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) endpoint.resolve("/" + bucket).toURL().openConnection();
            connection.setConnectTimeout(10_000);
            connection.setReadTimeout(10_000);
            try {
                return connection.getResponseCode() == 200;
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return false;
        }
    }

    URI endpoint() {
        return endpoint;
    }

    /** The settings of the log store that reach it. */
    Map<String, String> settings() {
        return Map.of("endpoint", endpoint.toString(), "access-key-id", "any", "secret-access-key", "any");
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
