// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.spi.wal.WalCapabilities;
import io.millrace.spi.wal.WalFrame;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalWriter;
import io.millrace.spi.wal.WriterIdentity;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Shows every payload that a log wants to have written, and asks for frames more often than another store would: for
 * places where they are not written in the end, and twice for the same one.
 */
final class ObservedStore implements WalStore {
    private static final int HEADER = 64;
    private static final int TABLE_ENTRY = 16;

    private final WalStore delegate;
    private final Random random;
    private final Consumer<byte[]> payloads;

    ObservedStore(WalStore delegate, Random random, Consumer<byte[]> payloads) {
        this.delegate = delegate;
        this.random = random;
        this.payloads = payloads;
    }

    private final class Observed implements WalFrame {
        private final WalFrame frame;

        Observed(WalFrame frame) {
            this.frame = frame;
        }

        @Override
        public int length() {
            return frame.length();
        }

        @Override
        public ByteBuffer[] encode(WalPosition at) {
            if (random.nextInt(3) == 0) {
                show(frame.encode(new WalPosition(at.segment() + 1, 0)));
            }
            if (random.nextInt(3) == 0) {
                show(frame.encode(at));
            }
            ByteBuffer[] buffers = frame.encode(at);
            show(buffers);
            return buffers;
        }

        private void show(ByteBuffer[] buffers) {
            ByteBuffer whole = ByteBuffer.allocate(frame.length());
            for (ByteBuffer buffer : buffers) {
                whole.put(buffer.duplicate());
            }
            int count = whole.getInt(16);
            int at = HEADER + count * TABLE_ENTRY;
            for (int i = 0; i < count; i++) {
                byte[] payload = new byte[whole.getInt(HEADER + i * TABLE_ENTRY)];
                whole.get(at, payload);
                at += payload.length;
                payloads.accept(payload);
            }
        }
    }

    private final class ObservedWriter implements WalWriter {
        private final WalWriter writer;

        ObservedWriter(WalWriter writer) {
            this.writer = writer;
        }

        @Override
        public long epoch() {
            return writer.epoch();
        }

        @Override
        public WalRecovery recovery() {
            return writer.recovery();
        }

        @Override
        public void append(WalFrame frame, Completion completion) {
            writer.append(new Observed(frame), completion);
        }

        @Override
        public WalPosition durableEnd() {
            return writer.durableEnd();
        }

        @Override
        public WalPosition end() {
            return writer.end();
        }

        @Override
        public void roll() {
            writer.roll();
        }

        @Override
        public WalPosition trim(WalPosition before) {
            return writer.trim(before);
        }

        @Override
        public void verifyOwnership() {
            writer.verifyOwnership();
        }

        @Override
        public WalState state() {
            return writer.state();
        }

        @Override
        public void close() {
            writer.close();
        }
    }

    @Override
    public WalCapabilities capabilities() {
        return delegate.capabilities();
    }

    @Override
    public long claim(String ledger, WriterIdentity me) {
        return delegate.claim(ledger, me);
    }

    @Override
    public WalWriter open(String log, long epoch) {
        return new ObservedWriter(delegate.open(log, epoch));
    }

    @Override
    public WalReader reader(String log) {
        return delegate.reader(log);
    }

    @Override
    public List<String> logs() {
        return delegate.logs();
    }

    @Override
    public void delete(String log, long epoch) {
        delegate.delete(log, epoch);
    }

    @Override
    public void close() {
        delegate.close();
    }
}
