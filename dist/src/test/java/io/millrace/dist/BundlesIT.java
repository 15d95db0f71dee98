// SPDX-License-Identifier: Apache-2.0
package io.millrace.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is in the zips and fat jars of our own plugins, by the clauses of docs/spec/plugin-packaging.md. */
class BundlesIT {
    @ParameterizedTest
    @MethodSource("zips")
    void aZipHoldsADescriptorAndJarsWithoutTheApi(Path zip) throws IOException {
        try (ZipFile file = new ZipFile(zip.toFile())) {
            Properties descriptor = new Properties();
            descriptor.load(file.getInputStream(file.getEntry("plugin.properties")));
            assertThat(descriptor.stringPropertyNames())
                    .as("P-10")
                    .contains("plugin.id", "plugin.version", "plugin.requires", "spi.version");
            List<String> classes = new ArrayList<>();
            for (ZipEntry entry : file.stream().toList()) {
                if (entry.getName().endsWith(".jar")) {
                    assertThat(entry.getName()).as("P-20").startsWith("lib/");
                    classes.addAll(entries(file.getInputStream(entry)));
                }
            }
            assertThatClassesAreThePluginsOwn(classes);
        }
    }

    @ParameterizedTest
    @MethodSource("fatJars")
    void aFatJarHoldsADescriptorAndEverythingButTheApi(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            Attributes descriptor = file.getManifest().getMainAttributes();
            assertThat(List.of("Plugin-Id", "Plugin-Version", "Plugin-Requires", "Spi-Version"))
                    .as("P-10")
                    .allSatisfy(key -> assertThat(descriptor.getValue(key)).isNotBlank());
        }
        List<String> entries = entries(new FileInputStream(jar.toFile()));
        assertThat(entries).as("P-21").noneMatch(entry -> entry.endsWith("module-info.class"));
        assertThatClassesAreThePluginsOwn(entries);
    }

    /** Hadoop's client in full would be three times as large. */
    @Test
    void theZipOfTheLogOnHdfsIsTrimmed() {
        assertThat(Packaged.files(Packaged.PLUGINS, ".zip"))
                .filteredOn(zip -> zip.getFileName().toString().startsWith("millrace-wal-hdfs-"))
                .singleElement()
                .satisfies(zip -> assertThat(zip.toFile().length()).isLessThan(28_000_000));
    }

    /** Larger ones would be noticed by whoever downloads them: what is meant to be in them is. */
    @Test
    void theZipOfTheLogOnS3IsSmall() {
        assertThat(Packaged.files(Packaged.PLUGINS, ".zip"))
                .filteredOn(zip -> zip.getFileName().toString().startsWith("millrace-wal-s3-"))
                .singleElement()
                .satisfies(zip -> assertThat(zip.toFile().length()).isLessThan(14_000_000));
    }

    private static void assertThatClassesAreThePluginsOwn(List<String> entries) {
        List<String> classes = entries.stream()
                .filter(entry -> entry.endsWith(".class"))
                .filter(entry -> !entry.endsWith("module-info.class") && !entry.endsWith("package-info.class"))
                .toList();
        assertThat(classes)
                .isNotEmpty()
                .as("P-04")
                .noneMatch(name -> name.startsWith("io/millrace/api/"))
                .noneMatch(name -> name.startsWith("io/millrace/spi/"))
                .noneMatch(name -> name.startsWith("org/slf4j/"))
                .as("no class is there twice")
                .doesNotHaveDuplicates();
    }

    private static List<String> entries(InputStream content) throws IOException {
        List<String> entries = new ArrayList<>();
        try (InputStream in = content;
                ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(in.readAllBytes()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.add(entry.getName());
            }
        }
        return entries;
    }

    private static Stream<Path> zips() {
        return Packaged.files(Packaged.PLUGINS, ".zip").stream();
    }

    private static Stream<Path> fatJars() {
        return Stream.of(
                        "inputs",
                        "listener-event-log",
                        "receiver-kafka-direct",
                        "receiver-kafka-reliable",
                        "sink-jdbc",
                        "sink-kafka",
                        "wal-hdfs",
                        "wal-s3")
                .map(Packaged::fatJar);
    }
}
