// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.StreamingContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Files whose names the locale cannot express are read like others, in a process of that locale. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class MisnamedFilesTest {
    @TempDir
    Path folder;

    @Test
    void aNameThatTheLocaleCannotExpressEndsNothing() throws Exception {
        Path incoming = Files.createDirectory(folder.resolve("incoming"));
        shell(incoming, "printf 'one\\n' >plain.csv");
        shell(incoming, "printf 'two\\n' >\"$(printf 'gr\\303\\266\\303\\237e.csv')\""); // größe.csv
        shell(incoming, "printf 'three\\n' >\"$(printf 'gr\\303\\274\\303\\237e.csv')\""); // grüße.csv, looks the same
        shell(incoming, "printf '\\376\\377xx' >\"$(printf 'schl\\303\\274ssel.csv')\""); // in UTF-16
        for (int start = 0; start < 2; start++) {
            List<String> said = inLocaleC(incoming);
            assertThat(said)
                    .as("start %d", start)
                    .contains("encoding ANSI_X3.4-1968", "stopped true")
                    .anyMatch(line -> line.matches("condition .*/schl\\?+ssel[.]csv: .*UTF-16.*"))
                    .allMatch(line -> line.chars().allMatch(c -> c >= ' ' && c < 127))
                    .noneMatch(line -> line.contains("Exception in thread") || line.contains("ERROR"));
            assertThat(said.stream().filter(line -> line.startsWith("read ")))
                    .containsExactlyInAnyOrder(
                            start == 0 ? new String[] {"read one", "read two", "read three"} : new String[0]);
        }
        Programs<String> inThisLocale = new Programs<>(folder.resolve("checkpoint"));
        try (StreamingContext context = inThisLocale.start(FilesMain.input(incoming))) {
            shell(incoming, "printf 'four\\n' >new.csv");
            inThisLocale.awaitElements(1);
            assertThat(context.stopGracefully(Programs.DEADLINE)).isTrue();
        }
        assertThat(inThisLocale.elements()).as("names look different here").containsExactly("four");
    }

    private List<String> inLocaleC(Path incoming) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                FilesMain.class.getName(),
                incoming.toString(),
                folder.resolve("checkpoint").toString());
        Map<String, String> environment = builder.environment();
        environment.put("LANG", "C");
        environment.put("LC_ALL", "C");
        Process process = builder.redirectErrorStream(true).start();
        try (InputStream out = process.getInputStream()) {
            List<String> said =
                    new String(out.readAllBytes(), ISO_8859_1).lines().toList();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as("%s", said).isZero();
            return said;
        } finally {
            process.destroyForcibly();
        }
    }

    private static void shell(Path directory, String command) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("/bin/sh", "-c", command)
                .directory(directory.toFile())
                .inheritIO()
                .start();
        assertThat(shell.waitFor()).isZero();
    }
}
