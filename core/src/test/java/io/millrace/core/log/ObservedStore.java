// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.spi.wal.WalFrame;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalWriter;
import io.millrace.testkit.wal.ForwardingWalStore;
import io.millrace.testkit.wal.ForwardingWalWriter;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Shows every payload that a log wants to have written, and asks for frames more often than another store would: for
 * places where they are not written in the end, and twice for the same one.
 */
final class ObservedStore extends ForwardingWalStore {
    private static final int HEADER = 64;
    private static final int TABLE_ENTRY = 16;

    private final Random random;
    private final Consumer<byte[]> payloads;

    ObservedStore(WalStore delegate, Random random, Consumer<byte[]> payloads) {
        super(delegate);
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

    private final class ObservedWriter extends ForwardingWalWriter {
        ObservedWriter(WalWriter writer) {
            super(writer);
        }

        @Override
        public void append(WalFrame frame, Completion completion) {
            super.append(new Observed(frame), completion);
        }
    }

    @Override
    public WalWriter open(String log, long epoch) {
        return new ObservedWriter(super.open(log, epoch));
    }
}
