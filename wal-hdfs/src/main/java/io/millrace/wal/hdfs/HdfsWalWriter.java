// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalFrame;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalWriter;

/** The writer of a log on HDFS in one epoch; its {@link Pipeline} moves the bytes. */
final class HdfsWalWriter implements WalWriter {
    private final HdfsWalStore store;
    private final OpenLog log;
    private final WalRecovery recovery;
    private final Pipeline pipeline;

    HdfsWalWriter(HdfsWalStore store, OpenLog log, WalRecovery recovery, long nextSegment) {
        this.store = store;
        this.log = log;
        this.recovery = recovery;
        this.pipeline = new Pipeline(store, log, recovery.end(), nextSegment);
    }

    /** Starts its threads. */
    void start() {
        pipeline.start();
    }

    @Override
    public long epoch() {
        return log.epoch();
    }

    @Override
    public WalRecovery recovery() {
        return recovery;
    }

    @Override
    public void append(WalFrame frame, Completion completion) {
        pipeline.append(frame, completion);
    }

    @Override
    public WalPosition durableEnd() {
        return pipeline.durableEnd();
    }

    @Override
    public WalPosition end() {
        return pipeline.end();
    }

    @Override
    public void roll() {
        pipeline.roll();
    }

    @Override
    public WalPosition trim(WalPosition before) {
        verifyOwnership();
        Chain chain = log.chain();
        long keep = chain.first();
        for (Segment segment : chain.segments()) {
            boolean free = segment.sealed() && new WalPosition(segment.id(), segment.end()).compareTo(before) <= 0;
            if (!free) {
                break;
            }
            keep = segment.id() + 1;
        }
        if (keep != chain.first()) {
            long from = keep;
            Interrupts.shielded(() -> {
                log.free(from);
                return from;
            });
        }
        return chain.start();
    }

    @Override
    public void verifyOwnership() {
        pipeline.ensureOpen();
        try {
            Interrupts.shielded(() -> {
                store.claims().verify(log.name(), log.epoch());
                return log;
            });
        } catch (WalException e) {
            if (e.reason() == Reason.FENCED) {
                pipeline.fence(e);
            }
            throw e;
        }
    }

    @Override
    public WalState state() {
        return pipeline.state();
    }

    int inFlight() {
        return pipeline.inFlight();
    }

    @Override
    public void close() {
        if (pipeline.close()) {
            store.closed(log.name(), this);
        }
    }

    /** Ends as the death of the process would end it. */
    void abandon() {
        pipeline.die();
    }
}
