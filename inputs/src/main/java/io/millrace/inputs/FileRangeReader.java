// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.api.DeadLetterFile;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.function.RecordConsumer;
import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.RecordView;
import io.millrace.api.source.Slice;
import io.millrace.spi.direct.RangeReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads ranges of files, each of which begins and ends between two records. */
final class FileRangeReader implements RangeReader {
    private static final int CHUNK = 1 << 20;
    private static final int LONGEST = (1 << 30) + 2;
    private static final int LOOK = 64 << 10;
    private static final byte LINE_END = '\n';

    private final DirectoryWatch watch;
    private final RecordFormat format;
    private @Nullable FileChannel channel;
    private @Nullable FileId file;
    private String partition = "";
    private long at;
    private long until;

    FileRangeReader(DirectoryWatch watch, RecordFormat format) {
        this.watch = watch;
        this.format = format;
    }

    @Override
    public void open(OffsetRange range) throws IOException {
        close();
        FileId id = FileId.parse(range.partition())
                .orElseThrow(() -> new IOException("'" + range.partition() + "' names no file"));
        Path path = watch.locate(id);
        FileChannel opened = watch.open(path);
        channel = opened;
        file = id;
        partition = range.partition();
        at = range.from().number();
        until = range.until().number();
        if (opened.size() < until) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    "file '" + path + "' has " + opened.size() + " bytes, and had " + until
                            + " when its batch was planned: files must not change once they are taken");
        }
    }

    @Override
    public @Nullable Chunk fetch() throws IOException {
        FileChannel open = channel;
        FileId id = file;
        if (open == null || id == null || at >= until) {
            return null;
        }
        Slice name = new Slice(id.name().getBytes(StandardCharsets.UTF_8));
        ValueView view = new ValueView(partition, name);
        if (format.letters()) {
            return letters(open, view);
        }
        return format.recordLength() > 0 ? records(open, view) : lines(open, view);
    }

    private Chunk letters(FileChannel open, ValueView view) throws IOException {
        byte[] file = read(open, Math.toIntExact(until - at));
        at = until;
        return consumer -> DeadLetterFile.forEach(
                partition,
                file,
                (begin, letter) ->
                        consumer.accept(view.show(begin, -1, letter.array(), letter.offset(), letter.length())));
    }

    private Chunk records(FileChannel open, ValueView view) throws IOException {
        int length = format.recordLength();
        int size = (int) Math.min(until - at, Math.max(1, CHUNK / length) * (long) length);
        byte[] bytes = read(open, size);
        long begin = at;
        at += size;
        return consumer -> {
            for (int from = 0; from < size; from += length) {
                consumer.accept(view.show(begin + from, -1, bytes, from, length));
            }
            return size / length;
        };
    }

    private Chunk lines(FileChannel open, ValueView view) throws IOException {
        for (long size = CHUNK; ; size *= 2) {
            int length = (int) Math.min(until - at, Math.min(size, LONGEST));
            byte[] bytes = read(open, length);
            int end = length;
            if (at + length < until) {
                while (end > 0 && bytes[end - 1] != LINE_END) {
                    end--;
                }
            }
            if (end > 0) {
                long begin = at;
                int chunkEnd = end;
                at += end;
                return consumer -> lines(bytes, chunkEnd, begin, view, consumer);
            } else if (length > format.maxRecord() + 1) { // a carriage return is no part of it
                long begin = at;
                long lineEnd = lineEnd(open, begin + length);
                at = Math.min(until, lineEnd + 1);
                return consumer -> {
                    consumer.accept(view.show(begin, tooLong(begin, lineEnd - begin)));
                    return 1;
                };
            }
        }
    }

    /** Where the line ends that goes on at {@code from}, without holding it. */
    private long lineEnd(FileChannel open, long from) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(LOOK);
        for (long place = from; place < until; ) {
            buffer.clear().limit((int) Math.min(LOOK, until - place));
            int read = open.read(buffer, place);
            if (read < 0) {
                throw shorter();
            }
            for (int i = 0; i < read; i++) {
                if (buffer.get(i) == LINE_END) {
                    return place + i;
                }
            }
            place += read;
        }
        return until;
    }

    private String tooLong(long begin, long length) {
        FileId id = file;
        return "the line at byte " + begin + " of file '" + (id == null ? partition : id.name()) + "' has " + length
                + " bytes, and 'max-record' is " + format.maxRecord() + ": raise the setting to have it read";
    }

    private long lines(byte[] bytes, int end, long begin, ValueView view, RecordConsumer<RecordView> consumer)
            throws Exception {
        long lines = 0;
        int from = begin == 0 ? RecordFormat.mark(bytes, end) : 0;
        while (from < end) {
            int next = from;
            while (next < end && bytes[next] != LINE_END) {
                next++;
            }
            int length = next > from && bytes[next - 1] == '\r' ? next - 1 - from : next - from;
            consumer.accept(
                    length <= format.maxRecord()
                            ? view.show(begin + from, -1, bytes, from, length)
                            : view.show(begin + from, tooLong(begin + from, length)));
            lines++;
            from = next + 1;
        }
        return lines;
    }

    private byte[] read(FileChannel open, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (open.read(buffer, at + buffer.position()) < 0) {
                throw shorter();
            }
        }
        return buffer.array();
    }

    private IOException shorter() {
        return new IOException("'" + partition + "' became shorter while it was read");
    }

    @Override
    public void close() {
        FileChannel open = channel;
        channel = null;
        file = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // nothing was written through it, and nothing more is read
                return;
            }
        }
    }
}
