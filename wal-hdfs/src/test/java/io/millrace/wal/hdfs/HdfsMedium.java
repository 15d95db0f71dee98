// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.spi.wal.WalPosition;
import io.millrace.testkit.wal.WalMedium;
import io.millrace.wal.support.SegmentHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ContentSummary;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.awaitility.Awaitility;

/** What lies under the store: the files below a place on a cluster, as another client sees them. */
final class HdfsMedium implements WalMedium, AutoCloseable {
    private final DistributedFileSystem fs;
    private final Path place;

    HdfsMedium(URI place) {
        this.place = new Path(place.getPath());
        this.fs = on(() -> (DistributedFileSystem) FileSystem.newInstance(place, new Configuration()));
    }

    /** What is done on the cluster. */
    private interface Work<T> {
        T run() throws IOException;
    }

    private static <T> T on(Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path directory(String log, long segment) {
        Path own =
                new Path(new Path(place, Names.logDirectory(log)), Names.epochDirectory(WalPosition.epochOf(segment)));
        return on(() -> fs.exists(own)) ? own : own.suffix(Names.SEALED);
    }

    /** A segment's file, which nobody writes any more. */
    private Path closed(String log, long segment) {
        Path file = new Path(directory(log, segment), Names.segment(segment));
        if (!on(() -> fs.isFileClosed(file) || fs.recoverLease(file))) {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> fs.isFileClosed(file));
        }
        return file;
    }

    private byte[] bytes(Path file) {
        return on(() -> {
            try (FSDataInputStream in = fs.open(file)) {
                return in.readAllBytes();
            }
        });
    }

    private void write(Path file, byte[] bytes) {
        on(() -> {
            try (FSDataOutputStream out = fs.create(file, true)) {
                out.write(bytes);
            }
            return file;
        });
    }

    private void write(String path, String text) {
        write(new Path(place, path), text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void cut(String log, long segment, long length) {
        Path file = closed(log, segment);
        write(file, Arrays.copyOf(bytes(file), SegmentHeader.LENGTH + (int) length));
    }

    @Override
    public void flip(String log, long segment, long offset) {
        Path file = closed(log, segment);
        byte[] bytes = bytes(file);
        bytes[SegmentHeader.LENGTH + (int) offset] ^= 4;
        write(file, bytes);
    }

    @Override
    public void remove(String log, long segment) {
        Path file = closed(log, segment);
        on(() -> fs.delete(file, false));
    }

    @Override
    public void exchange(String log, long first, long second) {
        Path one = closed(log, first);
        Path other = closed(log, second);
        byte[] bytes = bytes(one);
        write(one, bytes(other));
        write(other, bytes);
    }

    @Override
    public void begin(String log, long segment) {
        write(new Path(directory(log, segment), Names.segment(segment)), new byte[100]);
    }

    @Override
    public void writeLaterVersion(String log) {
        write(Names.CLAIMS + "/" + Names.claim(1), "millrace-hdfs 2\n");
    }

    @Override
    public void addStrangers(String log) {
        String directory = Names.logDirectory(log);
        for (String name : List.of(
                "README",
                "backup/" + directory + "/e000001/seg-0000000000.wal",
                Names.CLAIMS + "/notes",
                Names.CLAIMS + "/000001.bak",
                directory + "/notes",
                directory + "/e1/seg-0000000000.wal",
                directory + "/e000001.bak/seg-0000000000.wal")) {
            write(name, "not a store's: " + name);
        }
    }

    @Override
    public Map<String, String> contents() {
        return on(() -> {
            Map<String, String> contents = new TreeMap<>();
            RemoteIterator<LocatedFileStatus> files = fs.listFiles(place, true);
            while (files.hasNext()) {
                Path file = files.next().getPath();
                contents.put(file.toUri().getPath(), HexFormat.of().formatHex(bytes(file)));
            }
            return contents;
        });
    }

    /** From now on no file may be added. */
    @Override
    public void refuse() {
        on(() -> {
            ContentSummary there = fs.getContentSummary(place);
            fs.setQuota(place, there.getFileCount() + there.getDirectoryCount(), HdfsConstants.QUOTA_DONT_SET);
            return place;
        });
    }

    /** Takes the file that is written away from its writer, whose next sync the namenode or a datanode refuses. */
    @Override
    public void failNextSync() {
        on(() -> {
            RemoteIterator<LocatedFileStatus> files = fs.listFiles(new Path(place, Names.logDirectory("data")), true);
            while (files.hasNext()) {
                Path file = files.next().getPath();
                if (!fs.isFileClosed(file)) {
                    fs.recoverLease(file);
                    Awaitility.await()
                            .atMost(Duration.ofMinutes(2))
                            .pollInterval(Duration.ofMillis(100))
                            .until(() -> fs.isFileClosed(file));
                }
            }
            return place;
        });
    }

    @Override
    public void heal() {
        on(() -> {
            fs.setQuota(place, HdfsConstants.QUOTA_RESET, HdfsConstants.QUOTA_DONT_SET);
            return place;
        });
    }

    @Override
    public void close() {
        on(() -> {
            fs.close();
            return place;
        });
    }
}
