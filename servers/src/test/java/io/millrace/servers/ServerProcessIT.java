// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @Test
    void endsGracefullyWhenAsked() throws IOException {
        ServerProcess server = start("graceful");
        assertThat(server.awaitOutput("ready graceful", PATIENCE)).isTrue();

        server.stop(PATIENCE);

        assertThat(server.alive()).isFalse();
        assertThat(server.output()).contains("stopped gracefully");
    }

    @Test
    void endsGracefullyWhenAskedWhilePaused() throws IOException {
        ServerProcess server = start("paused");
        assertThat(server.awaitOutput("ready", PATIENCE)).isTrue();
        server.pause();
        await().atMost(PATIENCE).until(() -> state(server.pid()).equals("T"));

        server.stop(PATIENCE);

        assertThat(server.output()).contains("stopped gracefully");
    }

    @Test
    void isKilledWhenItDoesNotStopInTime() throws IOException {
        ServerProcess server = start("stubborn");
        assertThat(server.awaitOutput("ready", PATIENCE)).isTrue();

        server.stop(Duration.ofMillis(200));

        assertThat(server.alive()).isFalse();
        assertThat(server.output()).doesNotContain("stopped gracefully");
    }

    @Test
    void isNotReadyWhenItEndsFirst() throws IOException {
        ServerProcess server = start("failing");

        assertThat(server.awaitOutput("ready", PATIENCE)).isFalse();
        assertThat(server.lastOutput()).contains("this server does not want to start");
    }

    @Test
    void seesTheOutputOfItsOwnRunOnly() throws IOException {
        ServerProcess first = start("first");
        assertThat(first.awaitOutput("ready first", PATIENCE)).isTrue();
        first.kill();

        ServerProcess second = start("second");

        assertThat(second.awaitOutput("ready second", PATIENCE)).isTrue();
        assertThat(second.output()).doesNotContain("ready first");
        second.kill();
    }

    @Test
    void diesWithItsParent() throws IOException, InterruptedException {
        Process parent = new ProcessBuilder(
                        javaHome().resolve("bin/java").toString(),
                        "-cp",
                        everythingThatThisJvmHas(),
                        ParentMain.class.getName(),
                        directory.toString())
                .inheritIO()
                .start();
        Path pidFile = directory.resolve("pid");
        await().atMost(PATIENCE).until(() -> Files.exists(pidFile));
        ProcessHandle child =
                ProcessHandle.of(Long.parseLong(Files.readString(pidFile))).orElseThrow();
        assertThat(child.isAlive()).isTrue();

        parent.destroyForcibly().waitFor();

        await().atMost(PATIENCE).until(() -> !child.isAlive());
    }

    private ServerProcess start(String name) throws IOException {
        return start(directory, name);
    }

    static ServerProcess start(Path directory, String name) throws IOException {
        return ServerProcess.start(new ServerProcess.Command(
                javaHome(),
                List.of("-Xmx32m", "-XX:TieredStopAtLevel=1"),
                List.of(),
                ServerMain.class,
                List.of(name),
                directory,
                directory.resolve("server.log")));
    }

    private static Path javaHome() {
        return Path.of(System.getProperty("java.home"));
    }

    /** Tests run inside the module: what it requires is on the module path, everything else on the class path. */
    private static String everythingThatThisJvmHas() {
        return Stream.of(
                        System.getProperty("jdk.module.path", ""),
                        System.getProperty("java.class.path", ""),
                        location(ServerProcess.class),
                        location(ServerProcessIT.class))
                .filter(path -> !path.isEmpty())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String location(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation().getPath();
    }

    /** The letter of a process's state: T is stopped by a signal. */
    private static String state(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).substring(0, 1);
    }
}
