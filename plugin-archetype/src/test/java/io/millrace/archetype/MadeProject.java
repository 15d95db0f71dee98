// SPDX-License-Identifier: Apache-2.0
package io.millrace.archetype;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.source.Position;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.NullMarked;

/**
 * A project on disk, built as its pom says but without Maven, which would look for this build's artifacts where no build may
 * leave any: in the local repository.
 */
record MadeProject(Path root) {
    private static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    String read(String file) throws IOException {
        return Files.readString(root.resolve(file));
    }

    Path classes() {
        return root.resolve("target/classes");
    }

    Path testClasses() {
        return root.resolve("target/test-classes");
    }

    /** Compiles what is packaged as a module that sees the API and nothing else, and the tests on the class path. */
    void compile() throws Exception {
        String modules = where(Position.class) + File.pathSeparator + where(NullMarked.class);
        javac(List.of("-Xlint:all", "-Werror", "--module-path", modules), root.resolve("src/main/java"), classes());
        for (Path resource : files(root.resolve("src/main/resources"))) {
            Path copy = classes().resolve(root.resolve("src/main/resources").relativize(resource));
            Files.createDirectories(copy.getParent());
            Files.copy(resource, copy);
        }
        javac(
                List.of("-cp", classes() + File.pathSeparator + CLASS_PATH),
                root.resolve("src/test/java"),
                testClasses());
    }

    private static Path where(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static void javac(List<String> options, Path sources, Path into) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--release", "17", "-proc:none", "-d", into.toString()));
        arguments.addAll(options);
        files(sources).forEach(file -> arguments.add(file.toString()));
        int result = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(System.out, System.err, arguments.toArray(String[]::new));
        assertThat(result).as("javac of " + sources).isZero();
    }

    /** Packages the zip that the assembly describes. */
    Path zip(String artifact, String version) throws IOException {
        Path jar = root.resolve("target").resolve(artifact + "-" + version + ".jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out)) {
            for (Path file : files(classes())) {
                entries.putNextEntry(
                        new ZipEntry(classes().relativize(file).toString().replace('\\', '/')));
                Files.copy(file, entries);
            }
        }
        Path zip = root.resolve("target").resolve(artifact + "-" + version + "-plugin.zip");
        try (OutputStream out = Files.newOutputStream(zip);
                ZipOutputStream entries = new ZipOutputStream(out)) {
            entries.putNextEntry(new ZipEntry("plugin.properties"));
            entries.write(read("src/main/assembly/plugin.properties")
                    .replace("${project.version}", version)
                    .getBytes(UTF_8));
            entries.putNextEntry(new ZipEntry("lib/" + jar.getFileName()));
            Files.copy(jar, entries);
        }
        return zip;
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
