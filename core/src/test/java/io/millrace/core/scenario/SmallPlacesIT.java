// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs in places where there is little of something, or something is unlike it is elsewhere. */
@Timeout(180)
class SmallPlacesIT {
    private static final String HEAP = "-Xmx128m";
    private static final long FEW = 2_000;

    @TempDir
    private Path directory;

    private @Nullable Process program;

    @AfterEach
    void end() {
        if (program != null) {
            program.destroyForcibly();
        }
    }

    /** What comes before {@code java} in the command, and what the environment has. */
    private Process start(
            List<String> before, Map<String, String> environment, Path place, long numbers, String... options)
            throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(HEAP, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(options));
        if (before.stream().noneMatch(word -> word.startsWith("CLASSPATH="))) {
            command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        }
        command.add(SmallPlaceMain.class.getName());
        command.addAll(List.of(place.toString(), Long.toString(numbers)));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(new File("/")).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        program = builder.start();
        return program;
    }

    private List<String> run(
            List<String> before, Map<String, String> environment, Path place, long numbers, String... options)
            throws Exception {
        Process started = start(before, environment, place, numbers, options);
        try (Stream<String> lines = started.inputReader(StandardCharsets.UTF_8).lines()) {
            List<String> printed = lines.toList();
            assertThat(started.waitFor()).isZero();
            return printed;
        }
    }

    private static String done(long numbers) {
        return "done true " + numbers + " " + numbers * (numbers - 1) / 2;
    }

    @Test
    void thirtyMegabytesGoThroughAHeapOf128WithoutASetting() throws Exception {
        assertThat(run(List.of(), Map.of(), directory, 30_000)).contains(done(30_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tr-TR", "th-TH-TH", "ar-EG", "hi-IN"})
    void aLocaleChangesNothing(String locale) throws Exception {
        String[] parts = locale.split("-", -1);
        List<String> options = new ArrayList<>(List.of("-Duser.language=" + parts[0], "-Duser.country=" + parts[1]));
        if (parts.length > 2) {
            options.add("-Duser.variant=" + parts[2]); // whose calendar is the Buddhist one, and whose digits are Thai
        }

        assertThat(run(List.of(), Map.of(), directory, FEW, options.toArray(String[]::new)))
                .contains(done(FEW));
        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(files.map(file -> directory.relativize(file).toString()))
                    .allMatch(name -> StandardCharsets.US_ASCII.newEncoder().canEncode(name))
                    .anyMatch(name -> name.endsWith("part-00000"));
        }
        // another locale goes on from what this one wrote
        assertThat(run(List.of(), Map.of(), directory, 2 * FEW, "-Duser.language=en"))
                .contains(done(2 * FEW, FEW));
    }

    /** The numbers from one on, which a second life sees. */
    private static String done(long numbers, long from) {
        return "done true " + (numbers - from) + " " + (numbers * (numbers - 1) - from * (from - 1)) / 2;
    }

    /** As in a container whose user has no entry in /etc/passwd. Only root may become such a user. */
    @Test
    void aUserWithoutANameIsEnough() throws Exception {
        String uid = "54321";
        assumeThat(System.getProperty("user.name"))
                .as("who runs the build, which only as root may become another user")
                .isEqualTo("root");
        String classPath = TestJvm.readableByAll(directory, directory.resolve("class-path"));
        Path place = Files.createDirectory(directory.resolve("place"));
        assertThat(new ProcessBuilder("chown", uid, place.toString()).start().waitFor())
                .isZero();
        List<String> nameless = List.of(
                "setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups", "env", "CLASSPATH=" + classPath);

        assertThat(run(nameless, Map.of(), place, FEW)).contains(done(FEW));
    }

    @Test
    void theLocaleCIsEnough() throws Exception {
        assertThat(run(List.of(), Map.of("LANG", "C", "LC_ALL", "C"), directory, FEW))
                .contains(done(FEW));
    }

    /** What the program keeps is for its user alone; what its output writes is made with the umask. */
    @ParameterizedTest
    @ValueSource(strings = {"000", "022", "077"})
    void theUmaskOpensNothing(String umask) throws Exception {
        List<String> loose = List.of("/bin/sh", "-c", "umask " + umask + " && exec \"$@\"", "sh");
        assertThat(run(loose, Map.of(), directory, FEW)).contains(done(FEW));
        List<String> open = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.toList()) {
                String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                if (!permissions.endsWith("------")) {
                    open.add(directory.relativize(file) + " " + permissions);
                }
            }
        }
        if (umask.equals("077")) {
            assertThat(open).isEmpty();
        } else {
            String part = umask.equals("000") ? "rw-rw-rw-" : "rw-r--r--";
            assertThat(open)
                    .allSatisfy(file -> assertThat(file).startsWith("text-"))
                    .anySatisfy(file -> assertThat(file).endsWith("part-00000 " + part));
        }
    }

    @Test
    void aThousandDescriptorsAreEnough() throws Exception {
        List<String> limited = List.of("/bin/sh", "-c", "ulimit -n 1024 && exec \"$@\"", "sh");
        assertThat(run(limited, Map.of(), directory, FEW)).contains(done(FEW));
    }

    /** The class path and the JDK must be readable there: what is mounted read-only is the whole of the file system. */
    @Test
    void aRootThatIsReadOnlyIsEnough() throws Exception {
        List<String> readOnly =
                mounting("mount -o remount,bind,ro / && mount -t tmpfs -o size=256m tmpfs '" + directory + "' &&");
        assertThat(run(readOnly, Map.of(), directory, FEW)).contains(done(FEW));
    }

    @Test
    void aDiskThatFillsAndEmptiesLosesNothing() throws Exception {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        Path filler = disk.resolve("filler");
        Path given = directory.resolve("room");
        List<String> small = mounting("mount -t tmpfs -o size=96m tmpfs '" + disk + "' && dd if=/dev/zero of='" + filler
                + "' bs=1M count=88 2>/dev/null; { while [ ! -e '" + given + "' ]; do sleep 0.1; done; rm '" + filler
                + "'; } &");
        Process started = start(small, Map.of(), disk, 30_000);
        BufferedReader lines = started.inputReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        while (line != null && !line.startsWith("log-waits true ")) {
            line = lines.readLine();
        }
        assertThat(line).as("a condition that says that the disk is full").contains("no space left on the disk");

        Files.createFile(given);
        List<String> rest = new ArrayList<>();
        for (line = lines.readLine(); line != null; line = lines.readLine()) {
            rest.add(line);
        }
        assertThat(rest)
                .contains(done(30_000)); // perhaps before the watchdog looks again, and says that the log goes on
    }

    /** A command that runs in a namespace of its own after these mounts; the test is left out where that is not allowed. */
    private static List<String> mounting(String mounts) throws Exception {
        Process trying = new ProcessBuilder("unshare", "-m", "true")
                .redirectErrorStream(true)
                .start();
        assumeThat(trying.waitFor()).as("mounting, which root may").isZero();
        return List.of("unshare", "-m", "/bin/sh", "-c", mounts + " exec \"$@\"", "sh");
    }
}
