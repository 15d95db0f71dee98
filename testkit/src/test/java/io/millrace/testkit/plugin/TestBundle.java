// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.spi.plugin.Provider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A bundle that a test makes, and breaks in one way. Classes are compiled while the test runs. */
final class TestBundle {
    static final String LISTENERS = "META-INF/services/io.millrace.spi.listener.ListenerProvider";

    /** {@code module fixture.good { requires io.millrace.api; provides ListenerProvider with fixture.Good; }}, compiled. */
    static final String MODULE =
            "yv66vgAAAD0AEgcAAgEAC21vZHVsZS1pbmZvAQAKU291cmNlRmlsZQEAEG1vZHVsZS1pbmZvLmphdmEBAAZNb2R1bGUTAAcBAAxm"
                    + "aXh0dXJlLmdvb2QTAAkBAAlqYXZhLmJhc2UBAAcxNy4wLjE1EwAMAQAPaW8ubWlsbHJhY2UuYXBpAQAOMC4xLjAtU05BUFNIT1QH"
                    + "AA8BAClpby9taWxscmFjZS9zcGkvbGlzdGVuZXIvTGlzdGVuZXJQcm92aWRlcgcAEQEADGZpeHR1cmUvR29vZIAAAAEAAAAAAAAA"
                    + "AAACAAMAAAACAAQABQAAACIABgAAAAAAAgAIgAAACgALAAAADQAAAAAAAAABAA4AAQAQ";

    /** The same module, which requires {@code io.millrace.wal.support}, too. */
    static final String THIN_MODULE =
            "yv66vgAAAD0AFAcAAgEAC21vZHVsZS1pbmZvAQAKU291cmNlRmlsZQEAEG1vZHVsZS1pbmZvLmphdmEBAAZNb2R1bGUTAAcBAAxm"
                    + "aXh0dXJlLmdvb2QTAAkBAAlqYXZhLmJhc2UBAAcxNy4wLjE1EwAMAQAPaW8ubWlsbHJhY2UuYXBpAQAOMC4xLjAtU05BUFNIT1QT"
                    + "AA8BABdpby5taWxscmFjZS53YWwuc3VwcG9ydAcAEQEAKWlvL21pbGxyYWNlL3NwaS9saXN0ZW5lci9MaXN0ZW5lclByb3ZpZGVy"
                    + "BwATAQAMZml4dHVyZS9Hb29kgAAAAQAAAAAAAAAAAAIAAwAAAAIABAAFAAAAKAAGAAAAAAADAAiAAAAKAAsAAAANAA4AAAANAAAA"
                    + "AAAAAAEAEAABABI=";

    /** A module {@code fixture.good} that provides nothing. */
    static final String SILENT_MODULE =
            "yv66vgAAAD0ACwcAAgEAC21vZHVsZS1pbmZvAQAKU291cmNlRmlsZQEAEG1vZHVsZS1pbmZvLmphdmEBAAZNb2R1bGUTAAcBAAxm"
                    + "aXh0dXJlLmdvb2QTAAkBAAlqYXZhLmJhc2UBAAcxNy4wLjE1gAAAAQAAAAAAAAAAAAIAAwAAAAIABAAFAAAAFgAGAAAAAAABAAiA"
                    + "AAAKAAAAAAAAAAA=";

    /** The classes of a good one, compiled once. */
    private static final Map<String, byte[]> GOOD = new ConcurrentHashMap<>();

    final Map<String, String> descriptor = new TreeMap<>(Map.of(
            "plugin.id", "good", "plugin.version", "1.2.3", "plugin.requires", ">=0.1.0 & <0.2.0", "spi.version", "1"));

    /** What is in the plugin's own jar. */
    final Map<String, byte[]> jar = new LinkedHashMap<>();

    /** What else is in the zip. */
    final Map<String, byte[]> more = new LinkedHashMap<>();

    private final Path work;

    /** A good one, with a listener {@code fixture.Good}. */
    TestBundle(Path work) {
        this.work = work;
        if (GOOD.isEmpty()) {
            compile(provider("Good", "public", "public Good() {}"));
            GOOD.putAll(jar);
        }
        jar.putAll(GOOD);
        jar.put(LISTENERS, "fixture.Good\n".getBytes(UTF_8));
    }

    /** Makes a module of the plugin's jar. */
    TestBundle module(String compiled) {
        jar.put("module-info.class", Base64.getDecoder().decode(compiled));
        return this;
    }

    static String provider(String name, String access, String members) {
        return String.format(Locale.ROOT, """
            package fixture;
            %s class %s implements io.millrace.spi.listener.ListenerProvider {
                %s
                public String name() { return "good"; }
                public io.millrace.spi.plugin.ConfigSpec config() { return io.millrace.spi.plugin.ConfigSpec.of(); }
                public io.millrace.api.listener.StreamingListener create(io.millrace.spi.plugin.PluginContext c) {
                    return new io.millrace.api.listener.StreamingListener() {};
                }
            }
            """, access, name, members);
    }

    /** Adds the classes of sources, each of one top-level class, to the plugin's jar. */
    TestBundle compile(String... sources) {
        try {
            Path folder = Files.createTempDirectory(work, "compile");
            Path classes = Files.createDirectory(folder.resolve("classes"));
            List<String> arguments =
                    new ArrayList<>(List.of("--release", "17", "-proc:none", "-d", classes.toString()));
            arguments.addAll(List.of("-cp", location(Provider.class)));
            for (int i = 0; i < sources.length; i++) {
                String name = sources[i].replaceFirst("(?s).*?class (\\w+).*", "$1");
                Path file = Files.createDirectories(folder.resolve("src" + i)).resolve(name + ".java");
                arguments.add(Files.writeString(file, sources[i]).toString());
            }
            if (ToolProvider.findFirst("javac")
                            .orElseThrow()
                            .run(System.out, System.err, arguments.toArray(String[]::new))
                    != 0) {
                throw new IllegalStateException("javac failed: " + arguments);
            }
            try (Stream<Path> made = Files.walk(classes)) {
                for (Path one : made.filter(Files::isRegularFile).toList()) {
                    jar.put(classes.relativize(one).toString().replace('\\', '/'), Files.readAllBytes(one));
                }
            }
            return this;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String location(Class<?> type) {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .toString();
    }

    Path zip() throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        StringBuilder properties = new StringBuilder();
        descriptor.forEach(
                (key, value) -> properties.append(key).append('=').append(value).append('\n'));
        entries.put("plugin.properties", properties.toString().getBytes(UTF_8));
        entries.put("lib/good.jar", pack(jar));
        entries.putAll(more);
        return Files.write(work.resolve("bundle.zip"), pack(entries));
    }

    Path fatJar() throws IOException {
        StringBuilder manifest = new StringBuilder("Manifest-Version: 1.0\n");
        descriptor.forEach((key, value) -> manifest.append(
                        key.equals("spi.version")
                                ? "Spi-Version"
                                : "Plugin-" + capital(key.substring("plugin.".length())))
                .append(": ")
                .append(value)
                .append('\n'));
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("META-INF/MANIFEST.MF", manifest.toString().getBytes(UTF_8));
        entries.putAll(jar);
        return Files.write(work.resolve("bundle.jar"), pack(entries));
    }

    private static String capital(String word) {
        return Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    static byte[] pack(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
        return bytes.toByteArray();
    }
}
