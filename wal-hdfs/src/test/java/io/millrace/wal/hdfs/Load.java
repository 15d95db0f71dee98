// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalWriter;
import io.millrace.spi.wal.WriterIdentity;
import io.millrace.testkit.wal.TestFrame;
import io.millrace.wal.support.FrameScanner;
import io.millrace.wal.support.SegmentInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Appends numbered frames as fast as they are acknowledged, a few under way at once, and again those that were refused;
 * then looks whether the log holds what it must: every number that was acknowledged, no gap, nothing twice.
 */
final class Load implements AutoCloseable {
    static final String LOG = "data";
    static final WriterIdentity ME = new WriterIdentity("load", "test-host", 1, 0);

    private static final int IN_FLIGHT = 6;
    private static final int PAYLOAD = 30_000;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final WalWriter writer;
    private final Thread thread;
    private final List<WalPosition> acknowledged = new ArrayList<>();
    private int underWay;
    private long refusedFrom = -1;
    private @Nullable WalException failure;
    private volatile boolean stopping;

    private Load(WalWriter writer) {
        this.writer = writer;
        this.thread = new Thread(this::run, "load");
        thread.setDaemon(true);
    }

    /** Claims, opens and begins. */
    static Load start(WalStore store) {
        Load load = new Load(store.open(LOG, store.claim("ledger", ME)));
        load.thread.start();
        return load;
    }

    private void run() {
        long next = 0;
        while (!stopping && failure() == null) {
            if (underWay() >= IN_FLIGHT || (refusedFrom() >= 0 && underWay() > 0)) {
                LockSupport.parkNanos(200_000);
            } else if (refusedFrom() >= 0) {
                LockSupport.parkNanos(50_000_000);
                next = takeRefused();
            } else {
                append(next++);
            }
        }
    }

    private void append(long number) {
        ByteBuffer payload = ByteBuffer.allocate(PAYLOAD).putLong(0, number);
        change(1);
        writer.append(new TestFrame(writer::durableEnd, payload), new WalWriter.Completion() {
            @Override
            public void durable(WalPosition at) {
                acknowledge(number, at);
            }

            @Override
            public void failed(WalException cause) {
                fail(number, cause);
            }
        });
    }

    private synchronized void acknowledge(long number, WalPosition at) {
        if (number != acknowledged.size() || refusedFrom >= 0) {
            failure = new WalException(Reason.CORRUPT, number + " was acknowledged after " + acknowledged.size());
        }
        acknowledged.add(at);
        underWay--;
    }

    private synchronized void fail(long number, WalException cause) {
        boolean again = cause.outcome() == Outcome.NOT_APPENDED && cause.reason() == Reason.TRANSIENT;
        if (again) {
            refusedFrom = refusedFrom < 0 ? number : refusedFrom;
        } else if (failure == null) {
            failure = cause;
        }
        underWay--;
    }

    private synchronized void change(int by) {
        underWay += by;
    }

    private synchronized int underWay() {
        return underWay;
    }

    private synchronized long refusedFrom() {
        return refusedFrom;
    }

    private synchronized long takeRefused() {
        long from = refusedFrom;
        refusedFrom = -1;
        return from;
    }

    synchronized @Nullable WalException failure() {
        return failure;
    }

    synchronized int count() {
        return acknowledged.size();
    }

    /** Waits for so many acknowledgements more. */
    void await(int more) {
        int wanted = count() + more;
        Awaitility.await().atMost(PATIENCE).until(() -> count() >= wanted || failure() != null);
        assertThat(failure()).isNull();
    }

    WalWriter writer() {
        return writer;
    }

    /** Stops appending and waits until everything is answered. */
    @Override
    public void close() {
        stopping = true;
        Awaitility.await().atMost(PATIENCE).until(() -> !thread.isAlive() && underWay() == 0);
    }

    /** Opens the log anew, as another process would, and looks into it. */
    void verify(WalStore next) {
        close();
        WalWriter owner = next.open(LOG, next.claim("ledger", ME));
        List<Long> numbers = numbers(next);
        assertThat(numbers).hasSizeGreaterThanOrEqualTo(count());
        for (int i = 0; i < numbers.size(); i++) {
            assertThat(numbers.get(i)).as("frame %s", i).isEqualTo(i);
        }
        owner.close();
    }

    /** The numbers of the frames in a log, in order. */
    static List<Long> numbers(WalStore store) {
        List<Long> numbers = new ArrayList<>();
        try (WalReader reader = store.reader(LOG)) {
            for (WalReader.Segment segment : reader.segments()) {
                FrameScanner scanner = new FrameScanner(input(reader, segment), 0, 1 << 20);
                while (scanner.next() == FrameScanner.Step.FRAME) {
                    numbers.add(ByteBuffer.wrap(scanner.array()).getLong(scanner.payloadIndex(0)));
                }
                assertThat(scanner.offset()).as("end of %016x", segment.id()).isEqualTo(segment.length());
            }
        } catch (IOException e) {
            throw new AssertionError("a log could not be read", e);
        }
        return numbers;
    }

    private static SegmentInput input(WalReader reader, WalReader.Segment segment) {
        return new SegmentInput() {
            @Override
            public long segment() {
                return segment.id();
            }

            @Override
            public long length() {
                return segment.length();
            }

            @Override
            public int read(long offset, ByteBuffer into) {
                return reader.read(segment.id(), offset, into);
            }
        };
    }
}
