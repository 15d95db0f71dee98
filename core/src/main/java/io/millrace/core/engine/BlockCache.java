// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.core.block.BlockArrays;
import io.millrace.core.block.SealedBlock;
import io.millrace.core.call.ForeignCall;
import io.millrace.core.ledger.Fact.BlockAdded;
import io.millrace.core.log.CommitLog;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The blocks that wait for their batch or are being read: in memory up to a limit, in the log always. Thread-safe; a
 * block is freed by the engine's thread when its batch is committed.
 */
final class BlockCache {
    private final CommitLog log;
    private final BlockArrays arrays;
    private final long limit;
    private final Map<Long, SealedBlock> blocks = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();

    BlockCache(CommitLog log, BlockArrays arrays, long limit) {
        this.log = log;
        this.arrays = arrays;
        this.limit = limit;
    }

    /** Keeps a block if there is room. */
    void put(long id, SealedBlock block) {
        if (bytes.addAndGet(block.length()) > limit) {
            bytes.addAndGet(-block.length());
            arrays.giveBack(block.bytes());
        } else {
            blocks.put(id, block);
        }
    }

    /** The bytes of a block, from memory or from the log. */
    Bytes read(BlockAdded block) {
        SealedBlock cached = blocks.get(block.id());
        if (cached != null) {
            return new Bytes(cached.bytes(), cached.length());
        }
        ForeignCall.forgetInterrupt(); // a store may close its file for everybody
        byte[] read = log.read(block.handle(), SealedBlock.ENTRY_TYPE);
        return new Bytes(read, read.length);
    }

    /** Forgets a block that nobody reads any more. */
    void free(long id) {
        SealedBlock block = blocks.remove(id);
        if (block != null) {
            bytes.addAndGet(-block.length());
            arrays.giveBack(block.bytes());
        }
    }

    /** How many bytes are kept. */
    long bytes() {
        return bytes.get();
    }

    /** A block's bytes: {@code array[0, length)}. */
    @SuppressWarnings("ArrayRecordComponent") // passed on at once, never compared
    record Bytes(byte[] array, int length) {}
}
