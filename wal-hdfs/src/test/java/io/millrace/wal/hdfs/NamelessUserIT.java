// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.millrace.servers.HdfsCluster;
import io.millrace.servers.junit.RealHdfs;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A process whose user has a number and no name, as containers have it. Runs if the build may choose a user: as root. */
@ExtendWith(RealHdfs.class)
@Timeout(120)
class NamelessUserIT {
    private static final String UID = "54321";

    private final HdfsCluster hdfs;
    private final String me = System.getProperty("user.name");

    NamelessUserIT(HdfsCluster hdfs) {
        this.hdfs = hdfs;
    }

    @Test
    void isToldToSetAUserAndWritesAsThatUserThen(@TempDir Path directory) throws Exception {
        assumeThat(me)
                .as("who runs the build, which only as root may become another user")
                .isEqualTo("root");
        String classPath = readableByAll(directory);
        URI place = TestStores.place(hdfs.uri());

        assertThat(run(classPath, place.toString()))
                .contains("ACCESS_DENIED cannot connect to " + place, "has a number and no name", "set 'wal.user'");
        assertThat(run(classPath, place.toString(), "user", me)).contains("epoch 1");
    }

    /** The class path of this JVM may lie in a directory that is this user's alone. */
    private static String readableByAll(Path directory) throws IOException {
        directory.toFile().setExecutable(true, false);
        directory.toFile().setReadable(true, false);
        List<String> copied = new ArrayList<>();
        int number = 0;
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path from = Path.of(entry);
            if (Files.notExists(from)) {
                continue;
            }
            Path to = directory.resolve(number++ + "-" + from.getFileName());
            try (Stream<Path> files = Files.walk(from)) {
                for (Path file : files.toList()) {
                    Path copy = to.resolve(from.relativize(file).toString());
                    Files.copy(file, file.equals(from) ? to : copy);
                }
            }
            copied.add(to.toString());
        }
        return String.join(File.pathSeparator, copied);
    }

    private static String run(String classPath, String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                "setpriv",
                "--reuid=" + UID,
                "--regid=" + UID,
                "--clear-groups",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                NamelessMain.class.getName()));
        line.addAll(List.of(arguments));
        Process process = new ProcessBuilder(line)
                .directory(new File("/"))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }
}
