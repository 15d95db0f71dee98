// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal;

import io.millrace.spi.wal.WalCapabilities;
import io.millrace.spi.wal.WalFrame;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalWriter;
import io.millrace.spi.wal.WriterIdentity;
import java.util.List;

/** A store that works; what extends it breaks one thing. */
class BrokenWalStore implements WalStore {
    final WalStore right;

    BrokenWalStore(WalStore right) {
        this.right = right;
    }

    @Override
    public WalCapabilities capabilities() {
        return right.capabilities();
    }

    @Override
    public long claim(String ledger, WriterIdentity me) {
        return right.claim(ledger, me);
    }

    @Override
    public WalWriter open(String log, long epoch) {
        return right.open(log, epoch);
    }

    @Override
    public WalReader reader(String log) {
        return right.reader(log);
    }

    @Override
    public List<String> logs() {
        return right.logs();
    }

    @Override
    public void delete(String log, long epoch) {
        right.delete(log, epoch);
    }

    @Override
    public void close() {
        right.close();
    }

    /** A writer that works; what extends it breaks one thing. */
    static class Writer implements WalWriter {
        final WalWriter right;

        Writer(WalWriter right) {
            this.right = right;
        }

        @Override
        public long epoch() {
            return right.epoch();
        }

        @Override
        public WalRecovery recovery() {
            return right.recovery();
        }

        @Override
        public void append(WalFrame frame, Completion completion) {
            right.append(frame, completion);
        }

        @Override
        public WalPosition durableEnd() {
            return right.durableEnd();
        }

        @Override
        public WalPosition end() {
            return right.end();
        }

        @Override
        public void roll() {
            right.roll();
        }

        @Override
        public WalPosition trim(WalPosition before) {
            return right.trim(before);
        }

        @Override
        public void verifyOwnership() {
            right.verifyOwnership();
        }

        @Override
        public WalState state() {
            return right.state();
        }

        @Override
        public void close() {
            right.close();
        }
    }
}
