// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.wal;

import io.millrace.spi.wal.WalFrame;
import io.millrace.spi.wal.WalPosition;
import io.millrace.wal.support.FrameEncoder;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A frame of the log format with one entry, that remembers where it was last encoded for.
 *
 * @since 0.1
 */
public final class TestFrame implements WalFrame {
    private final FrameEncoder encoder = new FrameEncoder();
    private final Supplier<WalPosition> durable;
    private volatile @Nullable WalPosition encodedFor;
    private volatile long vouchedFor;

    /**
     * A frame.
     *
     * @param durable up to where the log is durable when the frame is encoded, which the frame vouches for
     * @param payload the entry's bytes, from each buffer's position to its limit
     */
    public TestFrame(Supplier<WalPosition> durable, ByteBuffer... payload) {
        this.durable = durable;
        CRC32C crc = new CRC32C();
        int length = 0;
        ByteBuffer[] views = new ByteBuffer[payload.length];
        for (int i = 0; i < payload.length; i++) {
            views[i] = payload[i].slice();
            length += views[i].remaining();
            crc.update(views[i].duplicate());
        }
        encoder.add(1, 1, length, (int) crc.getValue(), views);
    }

    @Override
    public int length() {
        return (int) encoder.frameLength();
    }

    @Override
    public ByteBuffer[] encode(WalPosition at) {
        WalPosition end = durable.get();
        encodedFor = at;
        vouchedFor = end.segment() == at.segment() ? end.offset() : 0;
        return encoder.encode(0, at.segment(), at.offset(), vouchedFor, 0, 0);
    }

    /** Where it was last encoded for. */
    public WalPosition encodedFor() {
        return Objects.requireNonNull(encodedFor, "the frame was never encoded");
    }

    /** The bytes that it was last encoded as. */
    public byte[] bytes() {
        WalPosition at = encodedFor();
        ByteBuffer whole = ByteBuffer.allocate(length());
        for (ByteBuffer part : encoder.encode(0, at.segment(), at.offset(), vouchedFor, 0, 0)) {
            whole.put(part);
        }
        return whole.array();
    }

    /** Where the payload begins, from the beginning of the frame. */
    public int payloadStart() {
        return encoder.payloadStart();
    }
}
