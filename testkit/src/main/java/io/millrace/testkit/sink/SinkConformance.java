// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Proves that a sink keeps its contract, {@code docs/spec/sink.md}, whose clauses the methods are named after. Extend
 * {@link TransactionalSinkConformance} or {@link ResumableSinkConformance}, whichever the sink is, say how it is opened
 * and what is visible at its target, and run it; all of it must pass.
 *
 * <p>JUnit makes an object of the class per test; all sinks that one object opens have one target, which is empty at
 * first. A second sink stands for a second process.
 *
 * @param <S> the class of the sink
 * @since 0.1
 */
@Timeout(120)
public abstract class SinkConformance<S extends Sink> {
    static final String OUTPUT = "out";
    static final String IDENTITY = "5b0f6c1e-5d35-4b8e-8e5a-4d1f5a9c0c01";
    static final String OTHER_IDENTITY = "c4a3f2d0-0f7a-4c57-b0f3-7f1f9f6b2e02";

    private final List<S> opened = new ArrayList<>();

    SinkConformance() {}

    /**
     * Opens another sink for an output of this test's target, as another process would. The provider's context may be a
     * {@link SinkContext}.
     */
    protected abstract S open(String output) throws Exception;

    /** An element that the sink takes and that stands for a number. */
    protected abstract Object element(int number);

    /**
     * The numbers whose elements are visible at the target, to a reader that sees only what is committed; in any order, as
     * often as they are there.
     */
    protected abstract List<Integer> visible() throws Exception;

    /** Closes what a test left open. */
    @AfterEach
    public void closeSinks() {
        opened.forEach(Sink::close);
    }

    final S sink() throws Exception {
        return sink(OUTPUT);
    }

    final S sink(String output) throws Exception {
        S sink = open(output);
        opened.add(sink);
        return sink;
    }

    static SinkOwner owner(long epoch) {
        return owner(OUTPUT, epoch);
    }

    static SinkOwner owner(String output, long epoch) {
        return new SinkOwner(SinkContext.PROGRAM, output, IDENTITY, epoch);
    }

    /** Of another checkpoint of the program, such as one that was begun from a savepoint. */
    static SinkOwner other(long epoch) {
        return new SinkOwner(SinkContext.PROGRAM, OUTPUT, OTHER_IDENTITY, epoch);
    }

    static Optional<SinkClaim> look(Sink sink, SinkOwner owner) throws Exception {
        return sink.look(owner.programId(), owner.output());
    }

    /** Claims as an engine does that has decided to: over whatever is there, again if that changes; returns the last batch. */
    static Optional<Instant> claim(Sink sink, SinkOwner owner) throws Exception {
        for (int attempt = 0; attempt < 100; attempt++) {
            Optional<SinkClaim> found = look(sink, owner);
            if (sink.claim(owner, found, found.flatMap(SinkClaim::lastBatch))) {
                return look(sink, owner).flatMap(SinkClaim::lastBatch);
            }
        }
        throw new AssertionError("the target says something else whenever it is claimed");
    }

    /** The elements of the numbers {@code [10 · batch, 10 · batch + count)}, in two partitions. */
    final KitBatch batch(String output, long epoch, int batch, int attempt, int count) {
        List<Object> first = new ArrayList<>();
        List<Object> second = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            (i % 2 == 0 ? first : second).add(element(10 * batch + i));
        }
        return KitBatch.of(KitBatch.id(output, epoch, batch, attempt), List.of(first, second));
    }

    final KitBatch batch(long epoch, int batch) {
        return batch(OUTPUT, epoch, batch, 0, 6);
    }

    /** The numbers of whole batches. */
    static List<Integer> numbersOf(int... batches) {
        List<Integer> numbers = new ArrayList<>();
        for (int batch : batches) {
            for (int i = 0; i < 6; i++) {
                numbers.add(10 * batch + i);
            }
        }
        return numbers;
    }

    final void assertVisible(int... batches) throws Exception {
        assertThat(visible()).containsExactlyInAnyOrderElementsOf(numbersOf(batches));
    }

    static void assertFenced(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        MillraceException.class,
                        refused -> assertThat(refused.code())
                                .as(refused.getMessage())
                                .isEqualTo(ErrorCode.FENCED));
    }

    @Test
    public void required_sink_01_04_openingClosingAndLookingLeaveTheTargetAsItIs() throws Exception {
        sink().close();
        opened.clear();
        assertThat(visible()).isEmpty();
        assertThat(look(sink(), owner(1))).isEmpty();
        assertThat(look(sink(), owner(1))).isEmpty();
    }
}
