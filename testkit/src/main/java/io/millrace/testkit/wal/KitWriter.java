// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.wal;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A writer as the kit uses it: appends bytes, waits for the outcome, remembers what was acknowledged and where. */
final class KitWriter {
    /** A frame that was acknowledged: where it is, and the payload in it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    record Acknowledged(WalPosition frame, WalPosition payload, byte[] bytes) {}

    private static final long TIMEOUT_SECONDS = 30;

    private final WalWriter writer;
    private final List<Acknowledged> acknowledged = new ArrayList<>();

    KitWriter(WalWriter writer) {
        this.writer = writer;
    }

    WalWriter writer() {
        return writer;
    }

    /** What was acknowledged, in order. */
    List<Acknowledged> acknowledged() {
        return acknowledged;
    }

    /** Appends and waits; throws what the append failed with. */
    Acknowledged append(byte[] payload) {
        TestFrame frame = frame(ByteBuffer.wrap(payload));
        WalPosition at = await(start(frame));
        Acknowledged done = new Acknowledged(at, at.plus(frame.payloadStart()), payload);
        acknowledged.add(done);
        return done;
    }

    /** Appends frames of random contents and of sizes from 1 to {@code largest}. */
    void appendRandom(Random random, int frames, int largest) {
        for (int i = 0; i < frames; i++) {
            byte[] payload = new byte[1 + random.nextInt(largest)];
            random.nextBytes(payload);
            append(payload);
        }
    }

    TestFrame frame(ByteBuffer... payload) {
        return new TestFrame(writer::durableEnd, payload);
    }

    /** Appends without waiting. */
    CompletableFuture<WalPosition> start(TestFrame frame) {
        return start(frame, at -> {});
    }

    /** Appends without waiting; {@code durable} is run inside of each call that says that the frame is durable. */
    CompletableFuture<WalPosition> start(TestFrame frame, Consumer<WalPosition> durable) {
        CompletableFuture<WalPosition> outcome = new CompletableFuture<>();
        writer.append(frame, new WalWriter.Completion() {
            @Override
            public void durable(WalPosition at) {
                durable.accept(at);
                outcome.complete(at);
            }

            @Override
            public void failed(WalException failure) {
                outcome.completeExceptionally(failure);
            }
        });
        return outcome;
    }

    static WalPosition await(CompletableFuture<WalPosition> outcome) {
        try {
            return outcome.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof WalException failure) {
                throw failure;
            }
            throw new AssertionError("an append was not answered", e.getCause());
        }
    }
}
