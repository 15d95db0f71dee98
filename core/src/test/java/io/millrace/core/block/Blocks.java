// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.block;

import io.millrace.api.source.Position;
import io.millrace.api.source.RecordView;
import io.millrace.api.source.Slice;
import io.millrace.testkit.ManualClock;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the tests of this package share: builders with a list for a sink, and records that outlive their view. */
final class Blocks {
    static final int MIB = 1 << 20;

    final ManualClock clock = new ManualClock();
    final List<SealedBlock> sealed = new CopyOnWriteArrayList<>();
    final BlockArrays arrays = new BlockArrays(4 * MIB, true);
    final ByteBudget budget;

    Blocks() {
        this(16 * MIB);
    }

    Blocks(long budget) {
        this.budget = new ByteBudget(budget);
    }

    BlockBuilder builder(BlockSettings settings, Map<String, Position> starts) {
        return new BlockBuilder(settings, budget, arrays, clock, starts, Runnable::run, sealed::add);
    }

    BlockBuilder builder(Map<String, Position> starts) {
        return builder(BlockSettings.DEFAULTS, starts);
    }

    static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static List<Copy> read(SealedBlock block) throws Exception {
        List<Copy> copies = new ArrayList<>();
        BlockReader.forEach(block.bytes(), 0, block.length(), record -> copies.add(Copy.of(record)));
        return copies;
    }

    static List<Copy> read(SealedBlock block, Set<String> partitions) throws Exception {
        List<Copy> copies = new ArrayList<>();
        BlockReader.forEach(block.bytes(), 0, block.length(), partitions, record -> copies.add(Copy.of(record)));
        return copies;
    }

    static List<String> values(List<SealedBlock> blocks) throws Exception {
        List<String> values = new ArrayList<>();
        for (SealedBlock block : blocks) {
            BlockReader.forEach(block.bytes(), 0, block.length(), record -> values.add(record.valueUtf8()));
        }
        return values;
    }

    /** A record by value; bytes in hexadecimal. */
    record Copy(String partition, long offset, long timestamp, String key, String value, List<String> headers) {
        static Copy of(RecordView view) {
            List<String> headers = new ArrayList<>();
            for (int i = 0; i < view.headers(); i++) {
                headers.add(view.headerName(i) + "=" + hex(view.headerValue(i)));
            }
            return new Copy(
                    view.partition(), view.offset(), view.timestamp(), hex(view.key()), hex(view.value()), headers);
        }

        private static String hex(Slice slice) {
            return slice == null ? null : HexFormat.of().formatHex(slice.toByteArray());
        }
    }
}
