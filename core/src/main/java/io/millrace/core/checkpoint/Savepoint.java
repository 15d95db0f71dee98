// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.checkpoint;

import static java.util.Objects.requireNonNull;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.core.block.SealedBlock;
import io.millrace.core.encryption.Encryption;
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
import io.millrace.spi.plugin.PrivateFiles;
import io.millrace.spi.wal.WalException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.zip.ZipOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that a program has on durable storage, in one file that depends on no log store: a zip ({@code
 * docs/spec/savepoint.md}) of what the ledger says in short, each entry of the state log that it names, and each block
 * that no committed batch has read. A program begins from it on any store.
 */
public final class Savepoint {
    private static final Logger LOG = LoggerFactory.getLogger(Savepoint.class);
    private static final String LEDGER = "ledger";
    private static final String STATE = "state/";
    private static final String DATA = "data/";

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
        return SavepointIn.reading(
                file, Encryption.NONE, in -> new About(in.about("program", ""), in.about("last-committed", "none")));
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
     * @param encryption what its parts are encrypted with, whatever the logs are
     * @throws MillraceException if the file exists, or cannot be written
     */
    public static void write(Image image, EntryReader state, EntryReader data, Path file, Encryption encryption) {
        if (Files.exists(file)) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the savepoint '" + file + "' exists already: give another name, or remove it");
        }
        // of a name that nobody can have put a link at
        Path partial = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".partial");
        try {
            try (FileChannel channel = FileChannel.open(
                    partial,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PrivateFiles.file(partial))) {
                // Not closed before the channel is forced: closing a stream on a channel closes the channel
                ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(new ChannelStream(channel)));
                SavepointOut out = new SavepointOut(zip, file, image, encryption);
                Map<LogHandle, LogHandle> states = new HashMap<>();
                for (LogHandle handle : states(image)) {
                    states.put(handle, out.payload(STATE, handle, state.read(handle)));
                }
                Map<LogHandle, LogHandle> blocks = new HashMap<>();
                for (BlockAdded block : blocks(image)) {
                    blocks.put(block.handle(), out.payload(DATA, block.handle(), data.read(block.handle())));
                }
                ByteWriter fact = new ByteWriter(4096);
                FactCodec.encode(new Fact.Snapshot(moved(image, states, blocks)), fact);
                out.part(LEDGER, fact.toByteArray());
                zip.finish();
                zip.flush();
                channel.force(true);
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | NoSuchFileException e) {
            throw unwritable(file, "its directory is not there", e);
        } catch (IOException e) {
            throw unwritable(file, String.valueOf(e.getMessage()), e);
        } finally {
            remove(partial);
        }
    }

    private static void remove(Path partial) {
        try {
            Files.deleteIfExists(partial);
        } catch (IOException e) {
            LOG.debug("cannot remove {}", partial, e);
        }
    }

    private static MillraceException unwritable(Path file, String why, IOException cause) {
        return new MillraceException(
                ErrorCode.EXTERNAL_SYSTEM,
                "the savepoint '" + file + "' cannot be written: " + why + "; the checkpoint is as it was",
                cause);
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
     * What the ledger said of which a savepoint is; the handles in it are those of the savepoint.
     *
     * @param encryption the keys of what is encrypted in it
     * @throws MillraceException if the file is not there, not a savepoint, of a later version, or damaged
     */
    public static Image image(Path file, Encryption encryption) {
        return SavepointIn.reading(file, encryption, Savepoint::image);
    }

    private static Image image(SavepointIn in) throws IOException {
        return ((Fact.Snapshot) FactCodec.decode(FactCodec.SNAPSHOT, new ByteReader(in.part(LEDGER)))).image();
    }

    /**
     * Copies a savepoint into logs that hold nothing.
     *
     * @param encryption the keys of what is encrypted in it
     * @return what their ledger is to say; it says nothing until that is appended to it
     * @throws MillraceException if the file is not there, not a savepoint, of a later version, or damaged
     */
    public static List<Fact> restore(Path file, CommitLog state, CommitLog data, Encryption encryption) {
        return SavepointIn.reading(file, encryption, in -> {
            Image image = image(in);
            Copy states = new Copy(state, StateLog.ENTRY_TYPE);
            for (LogHandle handle : states(image)) {
                states.add(handle, in.payload(STATE, handle));
            }
            Copy blocks = new Copy(data, SealedBlock.ENTRY_TYPE);
            for (BlockAdded block : blocks(image)) {
                blocks.add(block.handle(), in.payload(DATA, block.handle()));
            }
            return facts(moved(image, states.done(), blocks.done()));
        });
    }

    /**
     * All that the savepoint says, under an identity of its own, and that its positions are meant, however much further the
     * source has been read since.
     */
    private static List<Fact> facts(Image image) {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact.Snapshot(image.as(UUID.randomUUID().toString())));
        long now = System.currentTimeMillis();
        image.positions().forEach((stream, positions) -> facts.add(new Fact.PositionsSet(stream, positions, now)));
        return facts;
    }

    private static Image moved(Image image, Map<LogHandle, LogHandle> states, Map<LogHandle, LogHandle> blocks) {
        UnaryOperator<BlockAdded> moveBlock = block -> block.at(place(blocks, block.handle()));
        Map<String, StateImage> movedStates = new TreeMap<>();
        image.states()
                .forEach((name, state) -> movedStates.put(
                        name,
                        new StateImage(
                                state.snapshotBytes(),
                                state.changeBytes(),
                                state.handles().stream()
                                        .map(handle -> place(states, handle))
                                        .toList(),
                                state.definition())));
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
                                batch.outputs(),
                                batch.plannedAt(),
                                batch.pause()))
                        .toList(),
                movedStates,
                image.unfinished(),
                image.moved(),
                image.identity(),
                image.declared(),
                image.leftBehind(),
                image.claims());
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
}
