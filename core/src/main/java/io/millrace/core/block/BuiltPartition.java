// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.block;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.source.Position;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a builder knows of one source partition: where its slice of the block being built begins and ends, and the
 * running values that its records' deltas are against. Guarded by the builder.
 */
final class BuiltPartition {
    final String name;
    final byte[] utf8;

    /** Its index in the table of the block being built; −1 while it has no record there. */
    int indexInBlock = -1;

    /** Its records in the block being built. */
    int records;

    /** Those of them that neither a position nor a token covers yet. */
    int unmarked;

    long lastOffset;
    long lastTimestamp;

    private @Nullable Position from;
    private String detail = "";
    private boolean moved;
    private long next;
    private @Nullable Position marked;

    BuiltPartition(String name, @Nullable Position start) {
        this.name = name;
        this.utf8 = bytes(name);
        this.from = start;
        this.next = start == null ? -1 : start.number();
    }

    boolean started() {
        return from != null;
    }

    /** As the ledger has it, or its slice would not be found. */
    private static byte[] bytes(String name) {
        ByteWriter out = new ByteWriter(name.length() + 5);
        out.writeString(name);
        return new ByteReader(out.array(), 0, out.size()).readBytes();
    }

    /** Says where reading begins; means nothing once that is known. */
    void start(Position start) {
        if (from == null) {
            from = start;
            next = start.number();
        }
    }

    /** Says where reading goes on instead; its slice of the block being built must hold nothing. */
    void restart(Position position) {
        if (moved) {
            throw new IllegalStateException("partition " + name
                    + " has records already: what is lost before them is to be" + " said before they are appended");
        }
        from = position;
        next = position.number();
    }

    /** The detail of positions that come with records from now on. */
    void detail(String next) {
        detail = next;
    }

    /** Whether its slice of the block being built holds anything. */
    boolean moved() {
        return moved;
    }

    void requireNext(long offset, long following) {
        requireStarted();
        if (offset < next || following <= offset) {
            throw new IllegalArgumentException("a record at offset " + offset + " with next position " + following
                    + " cannot follow position " + next + " of partition " + name
                    + ": records of one partition are appended once and in order");
        }
    }

    void moveTo(long following) {
        next = following;
        marked = null;
        moved = true;
    }

    void moveTo(Position position) {
        requireStarted();
        if (position.number() < next) {
            throw new IllegalArgumentException(
                    "position " + position + " of partition " + name + " lies before " + next + ", which was marked");
        }
        if (moved || !position.equals(from)) {
            next = position.number();
            marked = position;
            moved = true;
        }
    }

    /** Ends its slice: the next one begins where this one ended. Empty if it did not move. */
    Optional<PartitionSlice> endSlice() {
        Position begin = from;
        if (!moved || begin == null) {
            return Optional.empty();
        }
        Position until = marked != null ? marked : new Position(next, detail);
        from = until;
        moved = false;
        marked = null;
        return Optional.of(new PartitionSlice(name, begin, until, records));
    }

    /** Has no record in the block that begins now. */
    void leaveBlock() {
        indexInBlock = -1;
        records = 0;
        lastOffset = 0;
        lastTimestamp = 0;
    }

    private void requireStarted() {
        if (from == null) {
            throw new IllegalStateException("partition " + name
                    + " has no start position: call ReceiverContext.begin before its first record is appended");
        }
    }
}
