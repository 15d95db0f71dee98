// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZipExpanderTest {
    private static final int UNIX = 3;
    private static final int SYMLINK = 0120777;

    @TempDir
    private Path temp;

    private Path work;
    private ZipExpander expander;

    @BeforeEach
    void createTheWorkDirectory() throws IOException {
        work = Files.createDirectory(temp.resolve("work"));
        expander = new ZipExpander(work);
    }

    // P-33
    @Test
    void expandsIntoAFolderNamedByTheContent() throws Exception {
        Path zip = zip("a.zip", "lib/x.jar", "plugin.properties");

        Path root = expand(zip);

        assertThat(root).hasParent(work);
        assertThat(root.getFileName().toString()).matches("[0-9a-f]{64}");
        assertThat(root.resolve("lib/x.jar")).hasContent("content of lib/x.jar");
        assertThat(listed(work)).as("no temporary folder is left").containsExactly(root);
    }

    private Path expand(Path zip) throws Exception {
        return expander.expand(zip).root();
    }

    @Test
    void expandsTheSameContentOnce() throws Exception {
        Path root = expand(zip("a.zip", "x"));
        Object key = Files.readAttributes(root, BasicFileAttributes.class).fileKey();

        assertThat(expand(zip("b.zip", "x"))).isEqualTo(root);
        assertThat(Files.readAttributes(root, BasicFileAttributes.class).fileKey())
                .isEqualTo(key);
        assertThat(expand(zip("c.zip", "y"))).isNotEqualTo(root);
    }

    @Test
    void expandsAgainWhatACleanerTookPartOf() throws Exception {
        Path zip = zip("a.zip", "x", "y");
        Path root = expand(zip);
        Files.delete(root.resolve("x"));

        assertThat(expand(zip)).isEqualTo(root);
        assertThat(root.resolve("x")).exists();
        assertThat(listed(work)).containsExactly(root);
    }

    @Test
    void expandsAgainWhatHasTheSameSizeAndOtherContent() throws Exception {
        Path zip = zip("a.zip", "lib/x.jar", "y");
        Path root = expand(zip);
        Files.writeString(root.resolve("lib/x.jar"), "CONTENT of lib/x.jar");

        assertThat(expand(zip)).isEqualTo(root);
        assertThat(root.resolve("lib/x.jar")).hasContent("content of lib/x.jar");
        assertThat(listed(work)).containsExactly(root);
    }

    @Test
    void aFileThatWasAddedIsNotOfTheZip() throws Exception {
        Path zip = zip("a.zip", "lib/x.jar");
        Path root = expand(zip);
        Files.writeString(root.resolve("lib/planted.jar"), "evil");

        assertThat(expander.expand(zip).files()).containsExactly("lib/x.jar");
        assertThat(expander.expand(zip).file("lib/planted.jar")).isEmpty();
    }

    @Test
    void deletesWhatAKilledProcessLeftBehind() throws Exception {
        Path old = Files.createDirectory(work.resolve("unfinished-1"));
        Files.writeString(old.resolve("x"), "half");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        Path others = Files.createDirectory(work.resolve("unfinished-2"));

        Path root = expand(zip("a.zip", "x"));

        assertThat(listed(work)).containsExactlyInAnyOrder(root, others);
    }

    // P-33
    @Test
    void mayBeCalledByManyAtOnce() throws Exception {
        Path zip = zip("a.zip", "x", "y", "z");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Path>> roots = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                roots.add(threads.submit(() -> new ZipExpander(work).expand(zip).root()));
            }
            for (Future<Path> root : roots) {
                assertThat(root.get().resolve("z")).exists();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(listed(work)).hasSize(1);
    }

    // P-23
    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil.txt",
                "lib/../../evil.txt",
                "/tmp/evil.txt",
                "..\\evil.txt",
                "C:evil.txt",
                "lib/..",
            })
    void refusesAnEntryThatPointsOutside(String name) throws IOException {
        Path zip = zip("evil.zip", "lib/x.jar", name);

        assertThatThrownBy(() -> expander.expand(zip))
                .isInstanceOf(BadPluginException.class)
                .hasMessageContaining("'" + name + "'");
        assertThat(listed(work)).isEmpty();
        assertThat(temp.resolve("evil.txt")).doesNotExist();
    }

    @Test
    void refusesAnEntryThatPointsIntoASiblingWithTheSamePrefix() throws Exception {
        Path zip = zip("a.zip", "x");
        Path root = expand(zip);
        Path evil = zip("evil.zip", "../" + root.getFileName() + "-evil/x");

        assertThatThrownBy(() -> expander.expand(evil)).hasMessageContaining("points outside");
        assertThat(listed(work)).containsExactly(root);
    }

    // P-23
    @Test
    void followsNoSymbolicLinkOutOfTheFolder() throws IOException {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Path zip = temp.resolve("link.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            put(out, "link", outside.toString());
            put(out, "link/evil.txt", "evil");
        }
        makeSymlink(zip, "link");

        assertThatThrownBy(() -> new BundleReader(expander, Sums.configured()).read(zip))
                .isInstanceOf(BadPluginException.class);
        assertThat(listed(outside)).isEmpty();
        assertThat(listed(work)).isEmpty();
    }

    // P-23
    @Test
    void refusesAZipThatExpandsWithoutEnd() throws IOException {
        Path bomb = temp.resolve("bomb.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(bomb))) {
            put(out, "zeros", "0".repeat(1_000_001));
        }

        assertThatThrownBy(() -> new ZipExpander(work, 10, 1_000_000).expand(bomb))
                .isInstanceOf(BadPluginException.class)
                .hasMessageContaining("expands to more than 1000000 bytes");
        assertThat(listed(work)).isEmpty();
    }

    // P-23
    @Test
    void refusesAZipOfTooManyEntries() throws IOException {
        Path zip = zip("many.zip", "a", "b", "c");

        assertThatThrownBy(() -> new ZipExpander(work, 2, 1_000_000).expand(zip))
                .hasMessageContaining("has 3 entries, more than 2");
    }

    @Test
    void refusesATruncatedZip() throws IOException {
        Path zip = zip("a.zip", "x", "y");
        byte[] bytes = Files.readAllBytes(zip);
        Files.write(zip, Arrays.copyOf(bytes, bytes.length - 30));

        assertThatThrownBy(() -> expander.expand(zip))
                .isInstanceOf(BadPluginException.class)
                .hasMessageContaining("is no zip or is damaged");
    }

    private Path zip(String file, String... names) throws IOException {
        Path zip = temp.resolve(file);
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (String name : names) {
                put(out, name, "content of " + name);
            }
        }
        return zip;
    }

    private static void put(ZipOutputStream out, String name, String content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0);
        out.putNextEntry(entry);
        out.write(content.getBytes(StandardCharsets.UTF_8));
    }

    /** Marks an entry as a symbolic link in the central directory, which java.util.zip cannot write. */
    private static void makeSymlink(Path zip, String name) throws IOException {
        byte[] bytes = Files.readAllBytes(zip);
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < bytes.length - 46; at++) {
            if (buffer.getInt(at) == 0x02014b50
                    && buffer.getShort(at + 28) == name.length()
                    && new String(bytes, at + 46, name.length(), StandardCharsets.UTF_8).equals(name)) {
                buffer.put(at + 5, (byte) UNIX);
                buffer.putInt(at + 38, SYMLINK << 16);
                Files.write(zip, bytes);
                return;
            }
        }
        throw new IllegalStateException("no entry " + name);
    }

    private static List<Path> listed(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
