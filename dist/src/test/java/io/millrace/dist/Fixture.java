// SPDX-License-Identifier: Apache-2.0
package io.millrace.dist;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A jar that is compiled while the test runs, against packaged jars alone, from the sources below
 * {@code src/test/resources/fixtures}: a plugin and its library as a third party would publish them, and the programs that
 * use them.
 *
 * @param classes the compiled classes, and what lies beside the sources
 */
record Fixture(String name, Path classes) {
    static final String COUNTING = "counting";
    static final String LIBRARY = "library";

    private static final Map<String, String> DESCRIPTOR = Map.of(
            "Plugin-Id", COUNTING,
            "Plugin-Version", "1.0.0",
            "Plugin-Requires", ">=0.1.0 & <99.0.0",
            "Spi-Version", "1");

    /** Compiles one fixture with {@code path} as module path, or as class path if it is no module. */
    static Fixture compile(String name, Path work, List<Path> path) {
        try {
            Path sources =
                    Path.of(Fixture.class.getResource("/fixtures/" + name).toURI());
            Path classes = Files.createDirectories(work.resolve(name));
            boolean module = Files.exists(sources.resolve("module-info.java"));
            List<String> arguments = new ArrayList<>(List.of(
                    "--release", "17", "-proc:none", "-d", classes.toString(), module ? "-p" : "-cp", joined(path)));
            for (Path file : files(sources)) {
                if (file.toString().endsWith(".java")) {
                    arguments.add(file.toString());
                } else {
                    Path copy = classes.resolve(sources.relativize(file).toString());
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
            }
            int result = ToolProvider.findFirst("javac")
                    .orElseThrow()
                    .run(System.out, System.err, arguments.toArray(String[]::new));
            if (result != 0) {
                throw new IllegalStateException("javac failed: " + arguments);
            }
            return new Fixture(name, classes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The jar for a class path or module path. */
    Path thinJar(Path file) {
        Map<String, String> attributes =
                name.equals(LIBRARY) ? Map.of("Automatic-Module-Name", "fixture.library") : DESCRIPTOR;
        return jar(file, attributes, Set.of(), classes);
    }

    /** The drop-in jar that holds a library too. */
    Path fatJar(Path file, Fixture library) {
        return jar(file, DESCRIPTOR, Set.of("module-info.class"), classes, library.classes);
    }

    /** The drop-in zip, of jars. */
    static Path zip(Path file, Map<String, String> changes, Path... jars) {
        StringBuilder properties = new StringBuilder();
        Map<String, String> descriptor = new TreeMap<>(DESCRIPTOR);
        descriptor.putAll(changes);
        descriptor.forEach(
                (key, value) -> properties.append(key.toLowerCase(Locale.ROOT).replace('-', '.') + "=" + value + "\n"));
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("plugin.properties"));
            zip.write(properties.toString().getBytes(StandardCharsets.UTF_8));
            for (Path jar : jars) {
                zip.putNextEntry(new ZipEntry("lib/" + jar.getFileName()));
                Files.copy(jar, zip);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path jar(Path file, Map<String, String> attributes, Set<String> without, Path... roots) {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.forEach((key, value) -> manifest.getMainAttributes().put(new Attributes.Name(key), value));
        Set<String> written = new HashSet<>(without);
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            for (Path root : roots) {
                for (Path path : files(root)) {
                    String entry = root.relativize(path).toString().replace(File.separatorChar, '/');
                    if (written.add(entry)) {
                        jar.putNextEntry(new ZipEntry(entry));
                        Files.copy(path, jar);
                    }
                }
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String joined(List<Path> path) {
        return path.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
