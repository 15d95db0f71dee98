// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.micro;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The limit that a log on HDFS is held against: one stream that is written and hsync'ed, 1 MiB at a time. */
final class BareHdfs {
    private static final int BATCH = 1 << 20;
    private static final long BLOCK = 256L << 20;

    private BareHdfs() {}

    static LogFigures run(URI cluster, long bytes) throws IOException {
        Path file = new Path(cluster.resolve("/bare-" + System.nanoTime()));
        ByteBuffer from = ByteBuffer.allocate(BATCH);
        LogFigures.fill(from);
        int writes = (int) Math.max(1, bytes / BATCH);
        long[] took = new long[writes];
        try (FileSystem fs = FileSystem.newInstance(cluster, new Configuration())) {
            LogFigures figures;
            try (FSDataOutputStream out = fs.create(file, false, 4096, (short) 3, BLOCK)) {
                out.hsync();
                LogFigures.Watch watch = LogFigures.watch();
                for (int i = 0; i < writes; i++) {
                    long before = System.nanoTime();
                    out.write(from.array(), 0, BATCH);
                    out.hsync();
                    took[i] = System.nanoTime() - before;
                }
                figures = watch.figures((long) writes * BATCH, writes, took);
            }
            fs.delete(file, false);
            return figures;
        }
    }
}
