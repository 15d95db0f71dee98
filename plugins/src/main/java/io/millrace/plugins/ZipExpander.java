// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Expands zips below a work directory, each into a folder named by the SHA-256 of the zip. A folder appears there complete
 * or not at all, so any number of processes may expand the same zip at once. Nothing is ever written elsewhere, whatever
 * the zip's entries are called.
 */
final class ZipExpander {
    private static final int MAX_ENTRIES = 20_000;
    private static final long MAX_BYTES = 1L << 30;
    private static final String UNFINISHED = "unfinished-";
    private static final Duration ABANDONED_AFTER = Duration.ofDays(1);

    private final Path work;
    private final int maxEntries;
    private final long maxBytes;

    ZipExpander(Path work) {
        this(work, MAX_ENTRIES, MAX_BYTES);
    }

    ZipExpander(Path work, int maxEntries, long maxBytes) {
        this.work = work;
        this.maxEntries = maxEntries;
        this.maxBytes = maxBytes;
    }

    /**
     * A zip that was expanded.
     *
     * @param root where to
     * @param files the names of its files; nothing else that is there is of the zip
     */
    record Expanded(Path root, Set<String> files) {
        /** A file of the zip; empty if it has none of that name. */
        Optional<Path> file(String name) {
            return files.contains(name) ? Optional.of(root.resolve(name)) : Optional.empty();
        }
    }

    /** Expands a zip, unless that was done before. */
    Expanded expand(Path zip) throws IOException, BadPluginException {
        Path target = work.resolve(Sums.sha256(zip));
        try (ZipFile file = new ZipFile(zip.toFile())) {
            if (file.size() > maxEntries) {
                throw new BadPluginException("has " + file.size() + " entries, more than " + maxEntries);
            }
            List<? extends ZipEntry> entries = file.stream().toList();
            for (ZipEntry entry : entries) {
                inside(target, entry);
            }
            if (!isComplete(target, entries)) {
                deleteWhatWasLeftBehind();
                Path fresh = Files.createTempDirectory(work, UNFINISHED);
                try {
                    extract(file, entries, fresh);
                    publish(fresh, target, entries);
                } finally {
                    deleteTree(fresh);
                }
            }
            return new Expanded(
                    target,
                    entries.stream()
                            .filter(entry -> !entry.isDirectory())
                            .map(ZipEntry::getName)
                            .collect(Collectors.toUnmodifiableSet()));
        } catch (ZipException e) {
            throw new BadPluginException("is no zip or is damaged (" + e.getMessage() + "); copy it here again", e);
        }
    }

    private static Path inside(Path root, ZipEntry entry) throws BadPluginException {
        String name = entry.getName();
        try {
            Path path = root.resolve(name).normalize();
            boolean plain = !name.startsWith("/") && name.indexOf('\\') < 0 && name.indexOf(':') < 0;
            if (plain && path.startsWith(root) && Stream.of(name.split("/")).noneMatch(".."::equals)) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw new BadPluginException("has an entry with an unusable name '" + name + "'; do not trust it", e);
        }
        throw new BadPluginException("has an entry '" + name + "' that points outside of it; do not trust it");
    }

    private void extract(ZipFile file, List<? extends ZipEntry> entries, Path root)
            throws IOException, BadPluginException {
        long left = maxBytes;
        byte[] buffer = new byte[64 * 1024];
        for (ZipEntry entry : entries) {
            Path path = inside(root, entry);
            if (entry.isDirectory()) {
                Files.createDirectories(path);
                continue;
            }
            Files.createDirectories(path.getParent());
            // The sizes that an entry claims prove nothing: count what comes out
            try (InputStream in = file.getInputStream(entry);
                    OutputStream out = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW)) {
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    left -= read;
                    if (left < 0) {
                        throw new BadPluginException("expands to more than " + maxBytes + " bytes; do not trust it");
                    }
                    out.write(buffer, 0, read);
                }
            }
        }
    }

    /**
     * Complete, and what is in the zip: a cleaner of temporary files may have taken some of what an earlier process expanded,
     * and a disk may have changed it.
     */
    private static boolean isComplete(Path root, List<? extends ZipEntry> entries)
            throws IOException, BadPluginException {
        for (ZipEntry entry : entries) {
            Path path = inside(root, entry);
            if (!entry.isDirectory()
                    && (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                            || Files.size(path) != entry.getSize()
                            || crc(path) != entry.getCrc())) {
                return false;
            }
        }
        return Files.isDirectory(root);
    }

    private static long crc(Path file) throws IOException {
        CRC32 crc = new CRC32();
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        try (SeekableByteChannel in = Files.newByteChannel(file)) {
            while (in.read(buffer) >= 0) {
                crc.update(buffer.flip());
                buffer.clear();
            }
        }
        return crc.getValue();
    }

    private void publish(Path fresh, Path target, List<? extends ZipEntry> entries)
            throws IOException, BadPluginException {
        try {
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (isComplete(target, entries)) {
                return; // another process was faster
            }
            Path broken = Files.createTempDirectory(work, UNFINISHED);
            Files.move(target, broken, StandardCopyOption.ATOMIC_MOVE);
            deleteTree(broken);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** A process that was killed while it expanded a zip leaves a folder; no live one needs its own for so long. */
    private void deleteWhatWasLeftBehind() throws IOException {
        Instant abandoned = Instant.now().minus(ABANDONED_AFTER);
        try (Stream<Path> folders = Files.list(work)) {
            for (Path folder : folders.toList()) {
                if (folder.getFileName().toString().startsWith(UNFINISHED)
                        && Files.getLastModifiedTime(folder).toInstant().isBefore(abandoned)) {
                    deleteTree(folder);
                }
            }
        } catch (NoSuchFileException e) {
            // another process deletes it at the same time
        }
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> paths = Files.walk(root)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }
}
