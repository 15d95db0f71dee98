// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.source.Position;
import io.millrace.core.block.Blocks.Copy;
import io.millrace.spi.receiver.RecordHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was appended is what is read, whatever it is. The seed is the test's parameter. */
class BlockRoundTripTest {
    private final Blocks blocks = new Blocks(256L * Blocks.MIB);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void records_come_back_as_they_were_appended(long seed) throws Exception {
        Random random = new Random(seed);
        int partitionCount = 1 + random.nextInt(random.nextBoolean() ? 4 : 300);
        Map<String, Position> starts = new HashMap<>();
        long[] next = new long[partitionCount];
        for (int i = 0; i < partitionCount; i++) {
            next[i] = random.nextBoolean() ? 0 : random.nextLong() >>> (1 + random.nextInt(40));
            starts.put(name(i), Position.of(next[i]));
        }
        BlockSettings settings = new BlockSettings(1 << (10 + random.nextInt(11)), 8 << 20, 0);
        BlockBuilder builder = blocks.builder(settings, starts);
        int[] partitions = new int[partitionCount];
        for (int i = partitionCount - 1; i >= 0; i--) {
            partitions[i] = builder.partition(name(i));
        }

        List<Copy> appended = new ArrayList<>();
        int records = 200 + random.nextInt(3_000);
        for (int i = 0; i < records; i++) {
            int p = random.nextInt(partitionCount);
            long offset = next[p] + (random.nextInt(10) == 0 ? random.nextInt(100_000) : 0);
            next[p] = offset + 1;
            long timestamp = random.nextInt(20) == 0 ? -random.nextInt(5) : 1_700_000_000_000L + random.nextInt(9_999);
            byte[] key = bytes(random, 40);
            byte[] value = bytes(random, random.nextInt(500) == 0 ? 3 * Blocks.MIB : 300);
            List<RecordHeader> headers = headers(random);
            assertThat(builder.append(
                            partitions[p],
                            offset,
                            offset + 1,
                            timestamp,
                            buffer(random, key),
                            buffer(random, value),
                            headers))
                    .isTrue();
            appended.add(new Copy(
                    name(p),
                    offset,
                    timestamp < 0 ? -1 : timestamp,
                    hex(key),
                    hex(value),
                    headers.stream()
                            .map(header -> header.name() + "=" + hex(header.value()))
                            .toList()));
            if (random.nextInt(200) == 0) {
                builder.cut();
            }
        }
        builder.cut();

        List<Copy> read = new ArrayList<>();
        Map<String, Position> reached = new HashMap<>(starts);
        for (SealedBlock block : blocks.sealed) {
            List<Copy> content = Blocks.read(block);
            read.addAll(content);
            assertSound(block, content, settings);
            for (PartitionSlice slice : block.slices()) {
                assertThat(slice.from()).isEqualTo(reached.put(slice.partition(), slice.until()));
                if (random.nextInt(10) > 0) {
                    continue;
                }
                assertThat(Blocks.read(block, Set.of(slice.partition())))
                        .hasSize(slice.records())
                        .isEqualTo(content.stream()
                                .filter(copy -> copy.partition().equals(slice.partition()))
                                .toList());
            }
        }
        assertThat(read).isEqualTo(appended);
        for (int i = 0; i < partitionCount; i++) {
            assertThat(reached.get(name(i))).isEqualTo(Position.of(next[i]));
        }
    }

    private static void assertSound(SealedBlock block, List<Copy> content, BlockSettings settings) {
        BlockHeader header = BlockHeader.read(block.bytes(), 0, block.length());
        assertThat(header.records()).isEqualTo(block.records()).isEqualTo(content.size());
        long min = content.stream()
                .mapToLong(Copy::timestamp)
                .filter(t -> t >= 0)
                .min()
                .orElse(-1);
        long max = content.stream()
                .mapToLong(Copy::timestamp)
                .filter(t -> t >= 0)
                .max()
                .orElse(-1);
        assertThat(header.minTimestamp()).isEqualTo(block.minTimestamp()).isEqualTo(min);
        assertThat(header.maxTimestamp()).isEqualTo(block.maxTimestamp()).isEqualTo(max);
        if (block.records() > 1) {
            assertThat(block.length()).isLessThanOrEqualTo(settings.maxBytes());
        }
    }

    private static String name(int partition) {
        return "lines-" + partition + (partition % 7 == 0 ? "-ü" : partition % 7 == 1 ? "-\uD83D" : "");
    }

    private static byte[] bytes(Random random, int most) {
        if (random.nextInt(8) == 0) {
            return null;
        }
        byte[] bytes = new byte[random.nextInt(most)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static List<RecordHeader> headers(Random random) {
        if (random.nextInt(4) > 0) {
            return List.of();
        }
        List<RecordHeader> headers = new ArrayList<>();
        for (int i = random.nextInt(random.nextInt(20) == 0 ? 200 : 4); i > 0; i--) {
            headers.add(new RecordHeader(
                    "h" + random.nextInt(5) + (i % 3 == 0 ? "é" : i % 7 == 0 ? "\uDC00" : ""), bytes(random, 150)));
        }
        return headers;
    }

    /** The bytes in a buffer of any kind, not at its beginning. */
    private static ByteBuffer buffer(Random random, byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        int before = random.nextInt(10);
        int capacity = before + bytes.length + random.nextInt(10);
        ByteBuffer buffer = random.nextBoolean() ? ByteBuffer.allocate(capacity) : ByteBuffer.allocateDirect(capacity);
        buffer.position(before).put(bytes).flip().position(before);
        buffer = random.nextBoolean() ? buffer.slice() : buffer;
        return random.nextBoolean() ? buffer.asReadOnlyBuffer() : buffer;
    }

    private static String hex(byte[] bytes) {
        return bytes == null ? null : HexFormat.of().formatHex(bytes);
    }
}
