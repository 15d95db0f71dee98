// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.memory;

import io.millrace.core.wal.LogNames;
import io.millrace.spi.wal.WalCapabilities;
import io.millrace.spi.wal.WalCapabilities.Durability;
import io.millrace.spi.wal.WalCapability;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalWriter;
import io.millrace.spi.wal.WriterIdentity;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Logs in a {@link Memory}. The shortest statement of what a store does: read it beside {@code docs/spec/wal-store.md}. */
public final class InMemoryWalStore implements WalStore {
    private static final int MAX_BATCH_BYTES = 16 << 20;
    private static final WalCapabilities CAPABILITIES = new WalCapabilities(
            Durability.PROCESS,
            Set.of(WalCapability.FENCES_LIVE_WRITER, WalCapability.VISIBLE_BEFORE_SEAL),
            1,
            MAX_BATCH_BYTES,
            64 << 20,
            Duration.ZERO);

    private final Memory memory;
    private volatile boolean closed;

    /** A store over a memory of its own. */
    public InMemoryWalStore() {
        this(new Memory());
    }

    /** A store over a memory that others may share. */
    public InMemoryWalStore(Memory memory) {
        this.memory = memory;
    }

    @Override
    public WalCapabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public long claim(String ledger, WriterIdentity me) {
        ensureOpen();
        return memory.claim();
    }

    @Override
    public WalWriter open(String log, long epoch) {
        ensureOpen();
        LogNames.check(log);
        WalPosition.segment(epoch, 0); // refuses an epoch that no position can hold
        synchronized (memory) {
            long highest = memory.atLeast(epoch);
            if (highest > epoch) {
                throw fenced(log, epoch, highest);
            }
            MemoryLog opened = memory.logs().computeIfAbsent(log, name -> new MemoryLog());
            opened.deleted = false;
            opened.fence = epoch;
            opened.segments.values().forEach(MemorySegment::seal);
            return new MemoryWalWriter(
                    this, memory, log, opened, epoch, new WalRecovery(opened.start(), opened.end(), 0));
        }
    }

    @Override
    public WalReader reader(String log) {
        ensureOpen();
        return new MemoryWalReader(this, memory, LogNames.check(log));
    }

    @Override
    public List<String> logs() {
        ensureOpen();
        synchronized (memory) {
            return memory.logs().entrySet().stream()
                    .filter(log -> !log.getValue().deleted)
                    .map(log -> log.getKey())
                    .toList();
        }
    }

    @Override
    public void delete(String log, long epoch) {
        ensureOpen();
        LogNames.check(log);
        synchronized (memory) {
            long highest = memory.atLeast(epoch);
            if (highest > epoch) {
                throw fenced(log, epoch, highest);
            }
            MemoryLog deleted = memory.logs().get(log);
            if (deleted != null) {
                deleted.delete();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    boolean closed() {
        return closed;
    }

    void ensureOpen() {
        if (closed) {
            throw new WalException(Reason.CLOSED, "the store is closed");
        }
    }

    static WalException fenced(String log, long epoch, long highest) {
        return new WalException(
                Reason.FENCED,
                "log '" + log + "' was opened with epoch " + highest + "; this process has epoch " + epoch
                        + " and must end");
    }

    @Override
    public String toString() {
        return "mem:";
    }
}
