// SPDX-License-Identifier: Apache-2.0
package io.millrace.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What each of our modules requires, exports, opens, uses and provides is written down in {@code src/test/resources/modules},
 * so that a change of it is seen. To accept one, copy what the failure shows.
 */
class ModuleDescriptorsIT {
    private static final String SERVICES = "META-INF/services/";

    @TestFactory
    Stream<DynamicTest> isWhatIsWrittenDown() {
        return ours().map(jar -> DynamicTest.dynamicTest(artifact(jar), () -> {
            Path golden = resources().resolve("modules/" + artifact(jar) + ".txt");
            assertThat(golden).as("describe the new module %s in", jar).exists();
            assertThat(describe(jar)).isEqualTo(Files.readString(golden).strip());
        }));
    }

    // P-01
    @TestFactory
    Stream<DynamicTest> providesTheSameOnTheClassPathAndOnTheModulePath() {
        return ours().map(jar -> DynamicTest.dynamicTest(
                artifact(jar), () -> assertThat(services(jar)).isEqualTo(provides(jar))));
    }

    @Test
    void bothSourcesOfPluginsKnowEverySpi() {
        Set<String> spis = ModuleFinder.of(Packaged.jar("millrace-core"))
                .find("io.millrace.core")
                .orElseThrow()
                .descriptor()
                .uses();
        Set<String> expected = new TreeSet<>(spis);
        expected.remove("io.millrace.spi.plugin.ProviderSource");

        assertThat(expected).isNotEmpty();
        assertThat(ModuleFinder.of(Packaged.jar("millrace-plugins"))
                        .find("io.millrace.plugins")
                        .orElseThrow()
                        .descriptor()
                        .uses())
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    /** Every jar of ours: those of lib/, and those that users name as dependencies. */
    private static Stream<Path> ours() {
        return Stream.concat(
                Packaged.jars().stream()
                        .filter(jar -> jar.getFileName().toString().startsWith("millrace-")),
                Stream.of(
                                "inputs",
                                "listener-event-log",
                                "receiver-kafka-common",
                                "receiver-kafka-direct",
                                "receiver-kafka-reliable",
                                "sink-jdbc",
                                "sink-kafka",
                                "state-mvstore",
                                "testkit",
                                "wal-s3")
                        .map(Packaged::thinJar));
    }

    private static String artifact(Path jar) {
        return jar.getFileName().toString().replaceFirst("-\\d.*", "");
    }

    private static String describe(Path jar) {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        ToolProvider.findFirst("jar").orElseThrow().run(writer, writer, "--describe-module", "--file", jar.toString());
        return out.toString()
                .lines()
                .map(line -> line.replaceFirst("@\\S*( jar:file:.*)?", "")) // the version, and where the jar lies
                .filter(line -> !line.isBlank() && !line.startsWith("contains ")) // what is inside is nobody's business
                .collect(Collectors.joining("\n"));
    }

    private static Map<String, Set<String>> provides(Path jar) {
        Map<String, Set<String>> provides = new TreeMap<>();
        ModuleFinder.of(jar)
                .findAll()
                .forEach(module -> module.descriptor()
                        .provides()
                        .forEach(one -> provides.put(one.service(), new TreeSet<>(one.providers()))));
        return provides;
    }

    private static Map<String, Set<String>> services(Path file) {
        Map<String, Set<String>> services = new TreeMap<>();
        try (JarFile jar = new JarFile(file.toFile())) {
            List<? extends ZipEntry> entries = jar.stream()
                    .filter(entry -> entry.getName().startsWith(SERVICES) && !entry.isDirectory())
                    .toList();
            for (ZipEntry entry : entries) {
                String text = new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
                services.put(
                        entry.getName().substring(SERVICES.length()),
                        text.lines()
                                .map(line -> line.replaceFirst("#.*", "").strip())
                                .filter(line -> !line.isEmpty())
                                .collect(Collectors.toCollection(TreeSet::new)));
            }
            return services;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path resources() {
        try {
            return Path.of(ModuleDescriptorsIT.class
                            .getResource("/simplelogger.properties")
                            .toURI())
                    .getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
