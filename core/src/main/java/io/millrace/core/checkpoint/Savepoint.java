// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.checkpoint;

import static java.util.Objects.requireNonNull;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.core.block.SealedBlock;
import io.millrace.core.ledger.Fact;
import io.millrace.core.ledger.Fact.BlockAdded;
import io.millrace.core.ledger.FactCodec;
import io.millrace.core.ledger.LedgerState.Image;
import io.millrace.core.ledger.LedgerState.PlannedBatch;
import io.millrace.core.ledger.LedgerState.StateImage;
import io.millrace.core.log.AppendCallback;
import io.millrace.core.log.CommitLog;
import io.millrace.core.log.LogHandle;
import io.millrace.core.state.StateLog;
import io.millrace.spi.wal.WalException;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * All that a program has on durable storage, in one file that depends on no log store: a zip ({@code
 * docs/spec/savepoint.md}) of what the ledger says in short, each entry of the state log that it names, and each block
 * that no committed batch has read. A program begins from it on any store.
 */
public final class Savepoint {
    private static final String ABOUT = "savepoint.properties";
    private static final String LEDGER = "ledger";
    private static final String STATE = "state/";
    private static final String DATA = "data/";
    private static final int FORMAT = 1;

    private Savepoint() {}

    /**
     * What a savepoint says of itself.
     *
     * @param program whose it is
     * @param lastCommitted the last batch that counts, or "none"
     */
    public record About(String program, String lastCommitted) {}

    /** Reads what a savepoint says of itself, and checks that this version can read it. */
    public static About about(Path file) {
        return reading(file, zip -> {
            Properties about = checkFormat(zip, file);
            return new About(about.getProperty("program", ""), about.getProperty("last-committed", "none"));
        });
    }

    /** Reads an entry of a log. */
    @FunctionalInterface
    public interface EntryReader {
        /** Reads the payload that a handle names, and checks it. */
        byte[] read(LogHandle handle);
    }

    /**
     * Writes a savepoint; the file is there whole or not at all.
     *
     * @param image what the ledger says
     * @throws MillraceException if the file exists, or cannot be written
     */
    public static void write(Image image, EntryReader state, EntryReader data, Path file) {
        if (Files.exists(file)) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the savepoint '" + file + "' exists already: give another name, or remove it");
        }
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            try (FileChannel channel = FileChannel.open(
                    partial,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                // Not closed before the channel is forced: closing a stream on a channel closes the channel
                ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(new ChannelStream(channel)));
                about(image, zip);
                for (LogHandle handle : states(image)) {
                    entry(zip, STATE + name(handle), state.read(handle));
                }
                for (BlockAdded block : blocks(image)) {
                    entry(zip, DATA + name(block.handle()), data.read(block.handle()));
                }
                zip.finish();
                zip.flush();
                channel.force(true);
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | NoSuchFileException e) {
            throw unwritable(file, "its directory is not there", e);
        } catch (IOException e) {
            throw unwritable(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static MillraceException unwritable(Path file, String why, IOException cause) {
        return new MillraceException(
                ErrorCode.EXTERNAL_SYSTEM,
                "the savepoint '" + file + "' cannot be written: " + why + "; the checkpoint is as it was",
                cause);
    }

    private static void about(Image image, ZipOutputStream zip) throws IOException {
        StringBuilder text = new StringBuilder()
                .append("format=")
                .append(FORMAT)
                .append("\nprogram=")
                .append(image.programId())
                .append("\nbatch-interval-ms=")
                .append(image.batchInterval());
        if (image.lastCommitted() != Long.MIN_VALUE) {
            text.append("\nlast-committed=").append(Instant.ofEpochMilli(image.lastCommitted()));
        }
        entry(zip, ABOUT, text.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        ByteWriter fact = new ByteWriter(4096);
        FactCodec.encode(new Fact.Snapshot(image), fact);
        entry(zip, LEDGER, fact.toByteArray());
    }

    private static void entry(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0); // the same checkpoint gives the same file
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }

    private static String name(LogHandle handle) {
        return "%016x-%d-%d".formatted(handle.at().segment(), handle.at().offset(), handle.length());
    }

    private static List<LogHandle> states(Image image) {
        List<LogHandle> handles = new ArrayList<>();
        new TreeMap<>(image.states()).values().forEach(state -> handles.addAll(state.handles()));
        return handles;
    }

    private static List<BlockAdded> blocks(Image image) {
        List<BlockAdded> blocks = new ArrayList<>();
        image.planned().forEach(batch -> blocks.addAll(batch.blocks()));
        blocks.addAll(image.waiting());
        return blocks;
    }

    /**
     * Copies a savepoint into logs that hold nothing.
     *
     * @return what their ledger is to say; it says nothing until that is appended to it
     * @throws MillraceException if the file is not there, not a savepoint, of a later version, or damaged
     */
    public static Image restore(Path file, CommitLog state, CommitLog data) {
        return reading(file, zip -> {
            checkFormat(zip, file);
            byte[] ledger = bytes(zip, LEDGER, file);
            Image image = ((Fact.Snapshot) FactCodec.decode(FactCodec.SNAPSHOT, new ByteReader(ledger))).image();
            Copy states = new Copy(state, StateLog.ENTRY_TYPE);
            for (LogHandle handle : states(image)) {
                states.add(handle, checked(zip, STATE + name(handle), handle, file));
            }
            Copy blocks = new Copy(data, SealedBlock.ENTRY_TYPE);
            for (BlockAdded block : blocks(image)) {
                blocks.add(block.handle(), checked(zip, DATA + name(block.handle()), block.handle(), file));
            }
            return moved(image, states.done(), blocks.done());
        });
    }

    private interface Reading<T> {
        T from(ZipFile zip) throws IOException;
    }

    private static <T> T reading(Path file, Reading<T> reading) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return reading.from(zip);
        } catch (NoSuchFileException e) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG, "there is no savepoint '" + file + "': give the file that was written", e);
        } catch (ZipException e) {
            throw new MillraceException(
                    ErrorCode.CORRUPT_DATA,
                    "'" + file + "' is no savepoint, or was cut: " + e.getMessage()
                            + "; copy it again from where it was" + " written",
                    e);
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM, "the savepoint '" + file + "' cannot be read: " + e.getMessage(), e);
        }
    }

    private static Properties checkFormat(ZipFile zip, Path file) throws IOException {
        Properties about = new Properties();
        about.load(new ByteArrayInputStream(bytes(zip, ABOUT, file)));
        String format = about.getProperty("format", "none");
        if (!format.equals(Integer.toString(FORMAT))) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the savepoint '" + file + "' has format " + format + ", this version of Millrace reads format "
                            + FORMAT + ": use the version that wrote it, or a newer one");
        }
        return about;
    }

    private static byte[] bytes(ZipFile zip, String name, Path file) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new MillraceException(
                    ErrorCode.CORRUPT_DATA,
                    "'" + file + "' is no savepoint, or lost a part: it has no entry '" + name + "'");
        }
        byte[] bytes;
        try (InputStream in = zip.getInputStream(entry)) {
            bytes = in.readAllBytes();
        }
        CRC32 crc = new CRC32(); // which a ZipFile does not look at
        crc.update(bytes);
        if (crc.getValue() != entry.getCrc()) {
            throw damaged(file, name);
        }
        return bytes;
    }

    private static byte[] checked(ZipFile zip, String name, LogHandle handle, Path file) throws IOException {
        byte[] bytes = bytes(zip, name, file);
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        if (bytes.length != handle.length() || (int) crc.getValue() != handle.crc32c()) {
            throw damaged(file, name);
        }
        return bytes;
    }

    private static MillraceException damaged(Path file, String entry) {
        return new MillraceException(
                ErrorCode.CORRUPT_DATA,
                "the savepoint '" + file + "' is damaged: its entry '" + entry
                        + "' is not what was written; copy it again" + " from where it was written");
    }

    private static Image moved(Image image, Map<LogHandle, LogHandle> states, Map<LogHandle, LogHandle> blocks) {
        UnaryOperator<BlockAdded> moveBlock = block -> new BlockAdded(
                block.id(),
                block.stream(),
                block.incarnation(),
                place(blocks, block.handle()),
                block.records(),
                block.minTimestamp(),
                block.maxTimestamp(),
                block.slices());
        Map<String, StateImage> movedStates = new TreeMap<>();
        image.states()
                .forEach((name, state) -> movedStates.put(
                        name,
                        new StateImage(
                                state.snapshotBytes(),
                                state.changeBytes(),
                                state.handles().stream()
                                        .map(handle -> place(states, handle))
                                        .toList())));
        return new Image(
                image.programId(),
                image.batchInterval(),
                image.positions(),
                image.incarnations(),
                image.nextBlock(),
                image.lastPlanned(),
                image.lastCommitted(),
                image.waiting().stream().map(moveBlock).toList(),
                image.planned().stream()
                        .map(batch -> new PlannedBatch(
                                batch.batchTime(),
                                batch.blocks().stream().map(moveBlock).toList(),
                                batch.ranges(),
                                batch.outputs()))
                        .toList(),
                movedStates,
                image.unfinished());
    }

    private static LogHandle place(Map<LogHandle, LogHandle> places, LogHandle from) {
        return requireNonNull(places.get(from), "an entry was not copied");
    }

    /** Appends entries to a log, and remembers where each went. */
    private static final class Copy {
        private static final long MOST_UNDER_WAY = 64L << 20;

        private final CommitLog log;
        private final int type;
        private final Map<LogHandle, LogHandle> places = new HashMap<>();

        Copy(CommitLog log, int type) {
            this.log = log;
            this.type = type;
        }

        void add(LogHandle from, byte[] bytes) {
            log.append(
                    type,
                    0,
                    new AppendCallback() {
                        @Override
                        public void durable(LogHandle handle) {
                            synchronized (places) {
                                places.put(from, handle);
                            }
                        }

                        @Override
                        public void failed(WalException failure) {
                            // flush throws it
                        }
                    },
                    ByteBuffer.wrap(bytes));
            if (log.unacknowledgedBytes() > MOST_UNDER_WAY) {
                flush();
            }
        }

        private void flush() {
            try {
                log.flush();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new MillraceException(ErrorCode.INTERNAL, "copying a savepoint was interrupted: start again", e);
            }
        }

        Map<LogHandle, LogHandle> done() {
            flush();
            synchronized (places) {
                return Map.copyOf(places);
            }
        }
    }

    /** Writes to a channel without ever closing it. */
    private static final class ChannelStream extends OutputStream {
        private final FileChannel channel;

        ChannelStream(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void write(int oneByte) throws IOException {
            write(new byte[] {(byte) oneByte}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }
    }
}
