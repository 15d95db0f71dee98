// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.testkit.wal.WalMedium;
import io.millrace.wal.support.SegmentHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** What lies under a local store: the files of a directory, on a disk that may fail. */
final class DirectoryMedium implements WalMedium {
    private final Path directory;
    private final FailingFs disk;

    DirectoryMedium(Path directory, FailingFs disk) {
        this.directory = directory;
        this.disk = disk;
    }

    private Path file(String log, long segment) {
        return directory.resolve(log).resolve(SegmentIndex.fileName(segment));
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void cut(String log, long segment, long length) {
        Path file = file(log, segment);
        write(file, Arrays.copyOf(bytes(file), SegmentHeader.LENGTH + (int) length));
    }

    @Override
    public void flip(String log, long segment, long offset) {
        Path file = file(log, segment);
        byte[] bytes = bytes(file);
        bytes[SegmentHeader.LENGTH + (int) offset] ^= 4;
        write(file, bytes);
    }

    @Override
    public void remove(String log, long segment) {
        try {
            Files.delete(file(log, segment));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void exchange(String log, long first, long second) {
        byte[] bytes = bytes(file(log, first));
        write(file(log, first), bytes(file(log, second)));
        write(file(log, second), bytes);
    }

    @Override
    public void begin(String log, long segment) {
        write(file(log, segment), new byte[100]);
    }

    @Override
    public void writeLaterVersion(String log) {
        Path last = segments(log).get(segments(log).size() - 1);
        byte[] bytes = bytes(last);
        bytes[8] = SegmentHeader.VERSION + 1;
        CRC32C crc = new CRC32C();
        crc.update(bytes, 8, SegmentHeader.LENGTH - 8);
        ByteBuffer.wrap(bytes).putInt(4, (int) crc.getValue());
        write(last, bytes);
    }

    private List<Path> segments(String log) {
        try (Stream<Path> files = Files.list(directory.resolve(log))) {
            return files.filter(file -> SegmentIndex.segmentOf("" + file.getFileName()) != null)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void addStrangers(String log) {
        for (String name : List.of(
                log + "/notes.txt",
                log + "/seg-1.wal",
                log + "/seg-000001000000000g.wal",
                log + "/seg-0000010000000000.wal.bak",
                "README",
                "lost+found/x",
                "backup/seg-0000010000000000.wal")) {
            write(directory.resolve(name), name.getBytes(UTF_8));
        }
    }

    @Override
    public Map<String, String> contents() {
        try (Stream<Path> files = Files.walk(directory)) {
            Map<String, String> contents = new TreeMap<>();
            files.filter(Files::isRegularFile)
                    .forEach(file -> contents.put(
                            directory.relativize(file).toString(),
                            HexFormat.of().formatHex(bytes(file))));
            return contents;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void refuse() {
        disk.full(true);
    }

    @Override
    public void failNextSync() {
        disk.failNextSync(true);
    }

    @Override
    public void heal() {
        disk.full(false);
        disk.failNextSync(false);
    }
}
