// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.encryption.DataKeys;
import io.millrace.core.encryption.Encryption;
import io.millrace.core.encryption.Tag;
import io.millrace.core.encryption.TestKeys;
import io.millrace.core.wal.memory.InMemoryWalStore;
import io.millrace.core.wal.memory.Memory;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.wal.support.FrameEncoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody who can write to the medium cannot do, and that no number is ever used twice with a data key. */
@Timeout(60)
class EncryptedEntriesTest {
    private static final int SEGMENT = 4096;

    private final List<byte[]> written = new ArrayList<>();

    // ---- numbers ----

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void noNumberIsUsedTwiceWithADataKeyThroughRestartsRewritesAndOldCopies(long seed) throws Exception {
        Random random = new Random(seed);
        Set<String> used = new HashSet<>();
        Set<String> headsOfEarlierLives = new HashSet<>();
        int lives = 2 + random.nextInt(6);
        Memory memory = new Memory(SEGMENT);
        for (int life = 0; life < lives; life++) {
            if (random.nextInt(4) == 0) {
                memory = new Memory(SEGMENT); // the same positions and epochs once more, as when a copy is put back
            }
            List<byte[]> payloads = new CopyOnWriteArrayList<>();
            ObservedStore store =
                    new ObservedStore(new InMemoryWalStore(memory), new Random(seed * 100 + life), payloads::add);
            LogOptions options = TestLogs.options("data").withEncryption(TestKeys.of("k"));
            CommitLog log = CommitLog.open(store, "data", store.claim("ledger", TestLogs.ME), options);
            Recorder recorder = new Recorder();
            int entries = random.nextInt(60);
            List<byte[]> contents = new ArrayList<>();
            for (int i = 0; i < entries; i++) {
                byte[] content = new byte[random.nextInt(200)];
                random.nextBytes(content);
                contents.add(content);
                log.append(3, i, recorder.expecting(i), ByteBuffer.wrap(content));
                if (random.nextInt(5) == 0) {
                    log.flush();
                }
            }
            log.flush();
            for (int i = 0; i < entries; i++) {
                assertThat(log.read(recorder.handles().get(i), 3)).isEqualTo(contents.get(i));
            }
            if (random.nextBoolean()) {
                log.close();
            }
            List<byte[]> follow = new ArrayList<>();
            try (LogView view = LogView.of(new InMemoryWalStore(memory), "data", "memory", TestKeys.of("k"))) {
                view.forEach((type, stream, handle, payload) -> follow.add(Arrays.copyOfRange(
                        payload.array(), payload.position(), payload.position() + payload.remaining())));
            }
            assertThat(follow.subList(follow.size() - entries, follow.size())).containsExactlyElementsOf(contents);
            Set<String> heads = new HashSet<>();
            for (byte[] payload : payloads) {
                int head = TestKeys.headLength(payload);
                heads.add(HexFormat.of().formatHex(payload, 0, head));
                assertThat(used.add(HexFormat.of().formatHex(payload, 0, head)
                                + HexFormat.of().formatHex(payload, head + 8, head + 16)))
                        .as("seed %d, life %d: a number comes twice", seed, life)
                        .isTrue();
            }
            assertThat(heads)
                    .hasSizeLessThanOrEqualTo(1)
                    .allSatisfy(head -> assertThat(headsOfEarlierLives.add(head))
                            .as("the head is new")
                            .isTrue());
        }
    }

    // ---- attacks: the frames' checksums are made right again ----

    @Test
    void entriesAsTheyWereWrittenAreRead() {
        write(TestKeys.of("k"));
        assertThat(replay(written, TestKeys.of("k"))).containsExactly("entry 0", "entry 1", "entry 2", "entry 3");
    }

    @Test
    void swappedEntriesAreRefused() {
        write(TestKeys.of("k"));
        List<byte[]> swapped = new ArrayList<>(written);
        swapped.set(1, written.get(2));
        swapped.set(2, written.get(1));
        refuses(swapped, TestKeys.of("k"), Reason.CORRUPT, "changed or moved from outside");
    }

    @Test
    void aChangedBitIsRefusedThoughTheChecksumsAreRight() {
        write(TestKeys.of("k"));
        for (int bit = 0; bit < written.get(1).length * 8; bit++) {
            byte[] changed = written.get(1).clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            List<byte[]> entries = new ArrayList<>(written);
            entries.set(1, changed);
            assertThatThrownBy(() -> replay(entries, TestKeys.of("k")))
                    .as("bit %d", bit)
                    .isInstanceOf(WalException.class)
                    .hasMessageContaining("the entry of log 'data' in segment 0000010000000000 at offset");
        }
    }

    @Test
    void anEntryIsOfTheTypeAndStreamThatItWasAppendedAs() {
        write(TestKeys.of("k"));
        assertThatThrownBy(() -> replay(written, TestKeys.of("k"), "data", 4))
                .isInstanceOfSatisfying(
                        WalException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT))
                .hasMessageContaining("of another type or stream");
    }

    @Test
    void anEntryOfAnotherLogIsRefused() {
        write(TestKeys.of("k"));
        assertThatThrownBy(() -> replay(written, TestKeys.of("k"), "state", 3))
                .isInstanceOf(WalException.class)
                .hasMessageContaining("log 'state'")
                .hasMessageContaining("changed or moved from outside");
    }

    @Test
    void anEntryThatSomebodyPutThereIsRefusedUnlessPlainOnesAreAccepted() {
        write(TestKeys.of("k"));
        List<byte[]> forged = new ArrayList<>(written);
        forged.set(3, "entry 3".getBytes(UTF_8));
        refuses(forged, TestKeys.of("k"), Reason.ACCESS_DENIED, "encryption.accept-plain");
        refuses(forged, TestKeys.acceptingPlain("k"), Reason.CORRUPT, "not encrypted follows one that is");
        List<byte[]> before = new ArrayList<>(List.of("entry 0".getBytes(UTF_8)));
        before.addAll(written);
        assertThat(replay(before.subList(0, 1), TestKeys.acceptingPlain("k"))).containsExactly("entry 0");
    }

    @Test
    void withoutTheKeyNothingIsRead() {
        write(TestKeys.of("k"));
        refuses(written, Encryption.NONE, Reason.ACCESS_DENIED, "is encrypted with the key 'k' and no key was given");
        refuses(written, TestKeys.of("k2"), Reason.ACCESS_DENIED, "the key 'k', which is not in");
    }

    @Test
    void anEntryThatIsTooLargeWithItsEnvelopeIsRefusedAsSuch() throws Exception {
        InMemoryWalStore store = new InMemoryWalStore(new Memory(SEGMENT));
        LogOptions options = TestLogs.options("data").withEncryption(TestKeys.of("k"));
        CommitLog log = CommitLog.open(store, "data", store.claim("ledger", TestLogs.ME), options);
        Recorder recorder = new Recorder();
        int most = store.capabilities().maxBatchBytes();
        log.append(0, 0, recorder.expecting(0), ByteBuffer.allocate(most - 150));
        log.flush();
        assertThat(recorder.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.reason()).isEqualTo(Reason.TOO_LARGE));
        log.close();
    }

    /** Four entries in one frame at the beginning of the log's first segment, as they are on the medium. */
    private void write(Encryption encryption) {
        List<Entry> entries = new ArrayList<>();
        DataKeys keys = encryption.newLinkedDataKeys().orElseThrow();
        FrameEncoder encoder = new FrameEncoder();
        for (int i = 0; i < 4; i++) {
            ByteBuffer content = ByteBuffer.wrap(("entry " + i).getBytes(UTF_8));
            Entry entry = new Entry(3, i / 2, keys.overhead(), new Recorder().expecting(i), content);
            entries.add(entry);
            encoder.add(entry.type, entry.stream, entry.length, 0);
        }
        new SealedEntries("data", Tag.random(), keys, 1 << 20).encode(entries, first(), Tag.NONE, encoder);
        ByteBuffer[] frame = encoder.encode(0, first().segment(), 0, 0, 0, 0);
        for (int i = 0; i < 4; i++) {
            byte[] payload = new byte[entries.get(i).length];
            frame[i + 1].get(payload);
            written.add(payload);
        }
    }

    private static WalPosition first() {
        return new WalPosition(WalPosition.segment(1, 0), 0);
    }

    private static void refuses(List<byte[]> entries, Encryption by, Reason reason, String message) {
        assertThatThrownBy(() -> replay(entries, by))
                .isInstanceOfSatisfying(
                        WalException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(message);
    }

    private static List<String> replay(List<byte[]> entries, Encryption encryption) {
        return replay(entries, encryption, "data", 3);
    }

    /** Reads a frame of these payloads, all of whose checksums are right. */
    private static List<String> replay(List<byte[]> entries, Encryption encryption, String log, int type) {
        FrameEncoder encoder = new FrameEncoder();
        for (int i = 0; i < entries.size(); i++) {
            CRC32C crc = new CRC32C();
            crc.update(entries.get(i));
            encoder.add(type, i / 2, entries.get(i).length, (int) crc.getValue(), ByteBuffer.wrap(entries.get(i)));
        }
        ByteBuffer frame = ByteBuffer.allocate((int) encoder.frameLength());
        for (ByteBuffer part : encoder.encode(0, first().segment(), 0, 0, 0, 0)) {
            frame.put(part);
        }
        Map<Long, byte[]> segments = new HashMap<>(Map.of(first().segment(), frame.array()));
        WalRecovery recovery = new WalRecovery(first(), first().plus(frame.capacity()), 0);
        List<String> read = new ArrayList<>();
        new LogReplay(log, "here", new Segments(segments), recovery, encryption)
                .replay(
                        WalPosition.START,
                        (kind, stream, handle, payload) ->
                                read.add(new String(payload.array(), payload.position(), payload.remaining(), UTF_8)));
        return read;
    }

    private record Segments(Map<Long, byte[]> bytes) implements WalReader {
        @Override
        public List<Segment> segments() {
            return bytes.entrySet().stream()
                    .map(each -> new Segment(each.getKey(), each.getValue().length, true))
                    .toList();
        }

        @Override
        public int read(long segment, long offset, ByteBuffer into) {
            byte[] all = bytes.get(segment);
            int count = (int) Math.min(into.remaining(), Math.max(0, all.length - offset));
            into.put(all, (int) offset, count);
            return count;
        }

        @Override
        public void close() {}
    }
}
