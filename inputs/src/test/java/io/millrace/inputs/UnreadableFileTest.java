// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A file that may not be read stops no other, and is read when it may be. Root may read all, and becomes another user for it. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class UnreadableFileTest {
    private static final String UID = "54321";

    @TempDir
    Path folder;

    @Test
    void aFileThatMayNotBeReadStopsNoOtherAndIsReadWhenItMayBe() throws Exception {
        Path incoming = Files.createDirectory(folder.resolve("incoming"));
        Path secret = Files.writeString(incoming.resolve("a-secret"), "secret\n");
        Files.writeString(incoming.resolve("b"), "plain\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
        boolean anyUser = !Files.isReadable(secret);
        assumeThat(anyUser || Files.isExecutable(Path.of("/usr/bin/setpriv")))
                .as("who runs the build is not root, or setpriv is there")
                .isTrue();
        List<String> line = new ArrayList<>();
        String classPath = System.getProperty("java.class.path");
        Path checkpoint = Files.createDirectory(folder.resolve("checkpoint"));
        if (!anyUser) {
            line.addAll(List.of("/usr/bin/setpriv", "--reuid=" + UID, "--regid=" + UID, "--clear-groups"));
            classPath = readableByAll(classPath);
            Files.setAttribute(checkpoint, "unix:uid", Integer.valueOf(UID));
        }
        line.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                FilesMain.class.getName(),
                incoming.toString(),
                checkpoint.resolve("made").toString(),
                "2"));
        Process process = new ProcessBuilder(line)
                .directory(new File("/"))
                .redirectErrorStream(true)
                .start();
        List<String> said = new ArrayList<>();
        try (BufferedReader out = process.inputReader(UTF_8)) {
            for (String next = out.readLine(); next != null; next = out.readLine()) {
                said.add(next);
                if (next.startsWith("condition ")) {
                    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
                }
            }
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(said)
                .anyMatch(told -> told.startsWith("condition ")
                        && told.contains(secret + ": java.nio.file.AccessDeniedException"))
                .containsSubsequence("read plain", "read secret");
    }

    /** The class path of this JVM may lie in a directory that is this user's alone. */
    private String readableByAll(String classPath) throws IOException {
        Path copies = Files.createDirectory(folder.resolve("copies"));
        for (Path made : List.of(folder, copies, folder.resolve("incoming"))) {
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        List<String> copied = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator, -1)) {
            Path from = Path.of(entry);
            if (Files.exists(from)) {
                Path to = copies.resolve(copied.size() + "-" + from.getFileName());
                try (Stream<Path> files = Files.walk(from)) {
                    for (Path file : files.toList()) {
                        Files.copy(
                                file,
                                file.equals(from)
                                        ? to
                                        : to.resolve(from.relativize(file).toString()));
                    }
                }
                copied.add(to.toString());
            }
        }
        return String.join(File.pathSeparator, copied);
    }
}
