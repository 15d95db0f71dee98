// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.spi.listener.ListenerProvider;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.receiver.ReceiverProvider;
import io.millrace.spi.wal.WalStoreProvider;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** A fat jar with one provider, compiled while the test runs: the command must not have its classes. */
final class TestPlugin {
    private static final String NOTHING = """
            package fixture;
            import io.millrace.spi.plugin.*;
            import io.millrace.spi.wal.*;
            import java.nio.ByteBuffer;
            import java.time.Duration;
            import java.util.*;
            public class Nothing implements WalStoreProvider, WalStore {
                public String name() { return "nothing"; }
                public ConfigSpec config() { return ConfigSpec.of(); }
                public WalStore open(java.net.URI location, PluginContext context) { return this; }
                public WalCapabilities capabilities() {
                    return new WalCapabilities(WalCapabilities.Durability.PROCESS,
                            Set.of(WalCapability.FENCES_LIVE_WRITER), 1, 1 << 20, 1 << 20, Duration.ZERO);
                }
                public long claim(String ledger, WriterIdentity me) { throw new UnsupportedOperationException("claim"); }
                public WalWriter open(String log, long epoch) { throw new UnsupportedOperationException("open"); }
                public WalReader reader(String log) {
                    return new WalReader() {
                        public List<Segment> segments() { return List.of(); }
                        public int read(long segment, long offset, ByteBuffer into) { return 0; }
                        public void close() {}
                    };
                }
                public List<String> logs() { return List.of(); }
                public void delete(String log, long epoch) { throw new UnsupportedOperationException("delete"); }
                public void close() {}
            }
            """;

    private static final String EAR = """
            package fixture;
            import io.millrace.api.listener.*;
            import io.millrace.spi.listener.ListenerProvider;
            import io.millrace.spi.plugin.*;
            public class Ear implements ListenerProvider {
                public String name() { return "ear"; }
                public ConfigSpec config() { return ConfigSpec.of(); }
                public StreamingListener create(PluginContext context) {
                    return new StreamingListener() {
                        @Override public void onEvent(StreamingEvent event) {
                            ClassLoader mine = Ear.class.getClassLoader();
                            if (Thread.currentThread().getContextClassLoader() != mine) {
                                throw new IllegalStateException("under another class loader");
                            }
                        }
                    };
                }
            }
            """;

    private static final String DEAF = """
            package fixture;
            import io.millrace.spi.plugin.*;
            import io.millrace.spi.receiver.*;
            public class Deaf implements ReceiverProvider {
                public String name() { return "deaf"; }
                public ConfigSpec config() { return ConfigSpec.of(); }
                public Guarantee guarantee() { return Guarantee.NONE; }
                public Receiver create(PluginContext context) { throw new UnsupportedOperationException(); }
            }
            """;

    private TestPlugin() {}

    /** A log store {@code nothing}, in which nothing can be written. */
    static Path storeThatDoesNothing(Path directory) throws Exception {
        return jar(directory, WalStoreProvider.class, "Nothing", NOTHING);
    }

    /** A listener {@code ear}, which hears everything. */
    static Path listener(Path directory) throws Exception {
        return jar(directory, ListenerProvider.class, "Ear", EAR);
    }

    /** A receiver {@code deaf}, of whose source nobody knows. */
    static Path receiver(Path directory) throws Exception {
        return jar(directory, ReceiverProvider.class, "Deaf", DEAF);
    }

    private static Path jar(Path directory, Class<? extends Provider> service, String name, String source)
            throws Exception {
        Path sources = Files.createDirectories(directory.resolve("src/fixture"));
        Path file = Files.writeString(sources.resolve(name + ".java"), source);
        Path classes = Files.createDirectories(directory.resolve("classes"));
        String api = Path.of(WalStoreProvider.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
        int result = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(
                        System.out,
                        System.err,
                        "--release",
                        "17",
                        "-proc:none",
                        "-cp",
                        api,
                        "-d",
                        classes.toString(),
                        file.toString());
        if (result != 0) {
            throw new IllegalStateException("javac failed");
        }
        Manifest manifest = new Manifest();
        Map.of("Manifest-Version", "1.0", "Plugin-Id", "fixture", "Plugin-Version", "1.0.0", "Spi-Version", "1")
                .forEach((key, value) -> manifest.getMainAttributes().put(new Attributes.Name(key), value));
        Path jar = directory.resolve("fixture.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest);
                Stream<Path> compiled = Files.walk(classes)) {
            entries.putNextEntry(new ZipEntry("META-INF/services/" + service.getName()));
            entries.write(("fixture." + name).getBytes(UTF_8));
            for (Path one : List.copyOf(compiled.filter(Files::isRegularFile).toList())) {
                entries.putNextEntry(
                        new ZipEntry(classes.relativize(one).toString().replace('\\', '/')));
                Files.copy(one, entries);
            }
        }
        return jar;
    }
}
