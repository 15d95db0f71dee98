// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugins;

import io.millrace.spi.plugin.ProviderSource;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A plugin that is compiled while the test runs, from the sources below {@code src/test/resources/test-plugins}: the host
 * must not have its classes, and some are broken in ways that a build would refuse.
 */
final class PluginFixture {
    private final Path classes;

    private PluginFixture(Path classes) {
        this.classes = classes;
    }

    /** Compiles the named sources together into {@code classes}, and copies what is beside them. */
    static PluginFixture compile(Path classes, String... names) {
        List<String> arguments = new ArrayList<>(List.of(
                "--release", "17", "-proc:none", "-d", classes.toString(), "-cp", location(ProviderSource.class)));
        try {
            for (String name : names) {
                Path sources = Path.of(
                        PluginFixture.class.getResource("/test-plugins/" + name).toURI());
                for (Path file : files(sources)) {
                    if (file.toString().endsWith(".java")) {
                        arguments.add(file.toString());
                    } else {
                        Path copy = classes.resolve(sources.relativize(file).toString());
                        Files.createDirectories(copy.getParent());
                        Files.copy(file, copy);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        javac(arguments);
        return new PluginFixture(classes);
    }

    private static void javac(List<String> arguments) {
        int result = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(System.out, System.err, arguments.toArray(String[]::new));
        if (result != 0) {
            throw new IllegalStateException("javac failed: " + arguments);
        }
    }

    /** What a descriptor of a good plugin holds; to be changed by the test. */
    static Map<String, String> descriptor(String id) {
        return new TreeMap<>(Map.of(
                "Plugin-Id", id,
                "Plugin-Version", "1.2.3",
                "Plugin-Requires", ">=0.1.0 & <99.0.0",
                "Plugin-Reloadable", "true",
                "Spi-Version", "1"));
    }

    PluginFixture without(String file) {
        try {
            Files.delete(classes.resolve(file));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds the descriptor of a module that requires the API and a library. */
    PluginFixture withModuleRequiring(String library) {
        try {
            Path modules = Files.createTempDirectory(classes.getParent(), "modules");
            module(modules, library, "");
            module(modules, "io.millrace.api", "");
            module(modules, "fixture.thin", "requires io.millrace.api; requires java.sql; requires " + library + ";");
            Path out = modules.resolve("out");
            javac(List.of(
                    "--release",
                    "17",
                    "-proc:none",
                    "-d",
                    out.toString(),
                    "--module-source-path",
                    modules.toString(),
                    "-m",
                    "fixture.thin"));
            Files.copy(out.resolve("fixture.thin/module-info.class"), classes.resolve("module-info.class"));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void module(Path modules, String name, String body) throws IOException {
        Path source = Files.createDirectories(modules.resolve(name)).resolve("module-info.java");
        Files.writeString(source, "module " + name + " { " + body + " }");
    }

    /** Writes a jar with the descriptor in its manifest. */
    Path jar(Path file, Map<String, String> descriptor) {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        descriptor.forEach((key, value) -> manifest.getMainAttributes().put(new Attributes.Name(key), value));
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            for (Path path : files(classes)) {
                jar.putNextEntry(
                        new ZipEntry(classes.relativize(path).toString().replace('\\', '/')));
                Files.copy(path, jar);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a zip with the descriptor in {@code plugin.properties} and the classes as a jar in {@code lib/}. */
    Path zip(Path file, Map<String, String> descriptor, PluginFixture... libraries) {
        StringBuilder properties = new StringBuilder();
        descriptor.forEach((key, value) -> properties
                .append(key.toLowerCase(Locale.ROOT).replace('-', '.'))
                .append('=')
                .append(value)
                .append('\n'));
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("plugin.properties"));
            zip.write(properties.toString().getBytes(StandardCharsets.UTF_8));
            List<PluginFixture> jars = new ArrayList<>(List.of(libraries));
            jars.add(0, this);
            for (int i = 0; i < jars.size(); i++) {
                Path jar = Files.createTempFile("fixture", ".jar");
                jars.get(i).jar(jar, Map.of());
                zip.putNextEntry(new ZipEntry("lib/" + i + ".jar"));
                Files.copy(jar, zip);
                Files.delete(jar);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static String location(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
