// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.api.DeadLetterFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * How records lie in a file.
 *
 * @param letters whether they are dead letters, each file a whole
 * @param recordLength how many bytes each has; 0 for lines
 * @param maxRecord how long a line may be; the value of a longer one is not had
 * @param splitSize where a file may be divided: about every so many bytes
 */
record RecordFormat(boolean letters, int recordLength, long splitSize, long maxRecord) {
    private static final long MOST_LETTERS = 256L << 20;
    private static final int BUFFER = 256 << 10;
    private static final byte LINE_END = '\n';
    private static final int WIDE_HEAD = 1 << 10;

    /**
     * A place between two records.
     *
     * @param offset in bytes
     * @param records how many records lie before it
     */
    record Split(long offset, long records) {}

    /** The places at which a file of this size may be divided, with its end as the last. */
    List<Split> splits(FileChannel file, long size) throws IOException {
        if (letters) {
            return List.of(new Split(size, letters(file, size)));
        }
        return recordLength > 0 ? fixed(size) : lines(file, size);
    }

    private static long letters(FileChannel file, long size) throws IOException {
        long most = Math.min(MOST_LETTERS, Runtime.getRuntime().maxMemory() / 8);
        if (size > most) {
            throw new IOException("it has " + size + " bytes, and a file of dead letters is read whole: at most " + most
                    + ", an eighth of the heap; raise the heap (-Xmx), or take it away");
        }
        ByteBuffer whole = ByteBuffer.allocate(Math.toIntExact(size));
        while (whole.hasRemaining()) {
            if (file.read(whole, whole.position()) < 0) {
                throw new IOException("it became shorter while it was looked at");
            }
        }
        try {
            return DeadLetterFile.forEach("the file", whole.array(), (at, letter) -> {});
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private List<Split> fixed(long size) {
        List<Split> splits = new ArrayList<>();
        long records = size / recordLength;
        long each = Math.max(1, splitSize / recordLength);
        for (long at = each; at < records; at += each) {
            splits.add(new Split(at * recordLength, at));
        }
        splits.add(new Split(records * recordLength, records));
        return splits;
    }

    /** Counts lines that are too long like others: each is a record that fails when it is asked for its value. */
    private List<Split> lines(FileChannel file, long size) throws IOException {
        List<Split> splits = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER, Math.max(1, size)));
        long offset = 0;
        long lines = 0;
        long nextSplit = splitSize;
        boolean ended = true;
        while (offset < size) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), size - offset));
            int read = file.read(buffer, offset);
            if (read < 0) {
                throw new IOException("it became shorter while it was looked at");
            }
            byte[] bytes = buffer.array();
            int mark = 0;
            if (offset == 0) {
                mark = mark(bytes, read);
                refuseWide(bytes, read);
            }
            for (int i = mark; i < read; i++) {
                ended = bytes[i] == LINE_END;
                if (ended) {
                    lines++;
                    long end = offset + i + 1;
                    if (end >= nextSplit && end < size) {
                        splits.add(new Split(end, lines));
                        nextSplit = end + splitSize;
                    }
                }
            }
            offset += read;
        }
        splits.add(new Split(size, ended ? lines : lines + 1));
        return splits;
    }

    /**
     * Refuses text whose characters have two or four bytes each and that has no mark to say so: most of it that people write has
     * zeros in every second place, and no other text has.
     */
    private static void refuseWide(byte[] head, int length) {
        int seen = Math.min(length, WIDE_HEAD) / 4 * 4;
        int[] zeros = new int[4];
        for (int i = 0; i < seen; i++) {
            zeros[i % 4] += head[i] == 0 ? 1 : 0;
        }
        int many = Math.max(1, seen / 4 / 10);
        int few = seen / 4 / 50;
        boolean[] has = new boolean[4];
        boolean[] hasNot = new boolean[4];
        for (int i = 0; i < 4; i++) {
            has[i] = zeros[i] >= many;
            hasNot[i] = zeros[i] <= few;
        }
        String charset = null;
        if (has[1] && has[2] && has[3] && hasNot[0]) {
            charset = "UTF-32LE";
        } else if (has[0] && has[1] && has[2] && hasNot[3]) {
            charset = "UTF-32BE";
        } else if (has[1] && has[3] && hasNot[0] && hasNot[2]) {
            charset = "UTF-16LE";
        } else if (has[0] && has[2] && hasNot[1] && hasNot[3]) {
            charset = "UTF-16BE";
        }
        if (seen > 0 && charset != null) {
            throw new IllegalArgumentException(
                    "it has zeros where " + charset + " has them, and no byte-order mark; line ends are"
                            + " not single bytes there: convert it, such as by iconv -f " + charset + " -t UTF-8");
        }
    }

    /**
     * How many bytes the byte-order mark of UTF-8 has with which a file begins.
     *
     * @throws IllegalArgumentException if the mark is one of UTF-16 or UTF-32
     */
    static int mark(byte[] head, int length) {
        if (length >= 2
                && ((head[0] == (byte) 0xFE && head[1] == (byte) 0xFF)
                        || (head[0] == (byte) 0xFF && head[1] == (byte) 0xFE))) {
            throw new IllegalArgumentException(
                    "it begins with the byte-order mark of UTF-16 or UTF-32, whose line ends are not"
                            + " single bytes: convert it, such as by iconv -t UTF-8");
        }
        boolean utf8 = length >= 3 && head[0] == (byte) 0xEF && head[1] == (byte) 0xBB && head[2] == (byte) 0xBF;
        return utf8 ? 3 : 0;
    }
}
