// SPDX-License-Identifier: Apache-2.0
package io.millrace.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** What this build packaged: the distribution as a user unpacks it. */
final class Packaged {
    static final Path HOME = Path.of("target", "millrace").toAbsolutePath();
    static final Path LIB = HOME.resolve("lib");
    static final Path PLUGINS = HOME.resolve("plugins");

    private Packaged() {}

    /** The jars of {@code lib/}. */
    static List<Path> jars() {
        return files(LIB, ".jar");
    }

    /** The jar of one of our modules, such as {@code millrace-api}. */
    static Path jar(String artifact) {
        List<Path> found = jars().stream()
                .filter(jar -> jar.getFileName().toString().matches(artifact + "-\\d.*\\.jar"))
                .toList();
        assertThat(found).as(artifact + " in " + LIB).hasSize(1);
        return found.get(0);
    }

    /** The thin jar that a module's build made. */
    static Path thinJar(String module) {
        return built(module, "-\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\.jar");
    }

    /** The libraries that a plugin's zip holds beside its own jar, unpacked into a directory. */
    static List<Path> libraries(String module, Path into) {
        List<Path> zips = files(PLUGINS, ".zip").stream()
                .filter(zip -> zip.getFileName().toString().startsWith("millrace-" + module + "-"))
                .toList();
        assertThat(zips).hasSize(1);
        List<Path> libraries = new ArrayList<>();
        try (ZipFile zip = new ZipFile(zips.get(0).toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
                if (name.endsWith(".jar") && !name.startsWith("millrace-")) {
                    libraries.add(into.resolve(name));
                    Files.copy(zip.getInputStream(entry), into.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return libraries;
    }

    /** The fat jar that a plugin's build made. */
    static Path fatJar(String module) {
        return built(module, "-\\d.*-plugin\\.jar");
    }

    private static Path built(String module, String ending) {
        List<Path> found = files(Path.of("..", module, "target"), ".jar").stream()
                .filter(file -> file.getFileName().toString().matches("millrace-" + module + ending))
                .toList();
        assertThat(found).as("what the build of " + module + " made").hasSize(1);
        return found.get(0).toAbsolutePath().normalize();
    }

    static List<Path> files(Path directory, String ending) {
        assertThat(directory).as("packaged by this build; run mvn verify").isDirectory();
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
