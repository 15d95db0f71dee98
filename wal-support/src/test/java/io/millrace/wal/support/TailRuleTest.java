// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.wal.support.TailRule.Kind;
import io.millrace.wal.support.TailRule.Tail;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TailRuleTest {
    private static final byte[] PAYLOAD = {1, 2, 3, 4, 5, 6, 7, 8, 9};

    @Test
    void wholeFramesAreComplete() throws IOException {
        TestSegment segment = new TestSegment().next(PAYLOAD).next(PAYLOAD);
        Tail tail = find(segment);
        assertThat(tail).isEqualTo(new Tail(Kind.COMPLETE, segment.length(), segment.start(1), false, 0, ""));
    }

    @Test
    void anEmptySegmentIsComplete() throws IOException {
        assertThat(find(new TestSegment())).isEqualTo(new Tail(Kind.COMPLETE, 0, 0, false, 0, ""));
    }

    @Test
    void aClosedLogSaysSo() throws IOException {
        TestSegment segment = new TestSegment().next(PAYLOAD);
        segment.frame(FrameHeader.LAC_ONLY | FrameHeader.CLOSE, segment.length());
        Tail tail = find(segment);
        assertThat(tail.closed()).isTrue();
        assertThat(tail.vouched()).isEqualTo(segment.start(1));
    }

    @Test
    void theLastFrameCutAnywhereIsTorn() throws IOException {
        TestSegment segment = new TestSegment().next(PAYLOAD).next(PAYLOAD, PAYLOAD);
        int whole = (int) segment.length();
        for (int length = segment.start(1) + 1; length < whole; length++) {
            Tail tail = find(segment.cut(length));
            assertThat(tail.kind()).as("cut at %d", length).isEqualTo(Kind.TORN);
            assertThat(tail.end()).isEqualTo(segment.start(1));
            assertThat(tail.tornBytes()).isEqualTo(withoutZeros(segment.bytes(), length) - segment.start(1));
        }
    }

    @Test
    void theLastFrameWithAnySectorMissingIsTorn() throws IOException {
        byte[] large = new byte[5000];
        Arrays.fill(large, (byte) 7);
        TestSegment segment = new TestSegment().next(PAYLOAD).next(large);
        for (int from = segment.start(1); from < segment.length(); from += 512) {
            byte[] bytes = segment.bytes().clone();
            Arrays.fill(bytes, from, Math.min(from + 512, bytes.length), (byte) 0);
            Tail tail = find(new TestSegment().raw(bytes));
            assertThat(tail.kind()).isEqualTo(Kind.TORN);
            assertThat(tail.end()).isEqualTo(segment.start(1));
        }
    }

    @Test
    void everyBitOfAMiddleFrameIsMissedAndNamed() throws IOException {
        TestSegment segment =
                new TestSegment().next(PAYLOAD).next(PAYLOAD, PAYLOAD).next(PAYLOAD);
        for (int at = segment.start(1); at < segment.start(2); at++) {
            for (int bit = 0; bit < 8; bit++) {
                Tail tail = find(segment.flip(at, bit));
                assertThat(tail.kind()).as("byte %d bit %d", at, bit).isEqualTo(Kind.CORRUPT);
                assertThat(tail.end()).isEqualTo(segment.start(1));
                assertThat(tail.problem()).contains("offset " + segment.start(2));
            }
        }
    }

    @Test
    void aFrameOverwrittenByZerosIsMissedIfALaterOneVouchesForIt() throws IOException {
        TestSegment segment = new TestSegment().next(PAYLOAD).next(PAYLOAD).next(PAYLOAD);
        byte[] bytes = segment.bytes().clone();
        Arrays.fill(bytes, segment.start(1), segment.start(2), (byte) 0);
        assertThat(find(new TestSegment().raw(bytes)).kind()).isEqualTo(Kind.CORRUPT);
    }

    @Test
    void aHoleBeforeAFrameThatDoesNotVouchForItIsTorn() throws IOException {
        // two appends under way: the second reached the disk whole, the first did not, neither was acknowledged
        TestSegment segment = new TestSegment().next(PAYLOAD);
        long durable = segment.length();
        segment.frame(durable, PAYLOAD).frame(durable, PAYLOAD);
        Tail tail = find(segment.flip(segment.start(1) + 70, 3));
        assertThat(tail.kind()).isEqualTo(Kind.TORN);
        assertThat(tail.end()).isEqualTo(segment.start(1));
    }

    @Test
    void whatAnotherSegmentLeftBehindTheTailDoesNotCount() throws IOException {
        TestSegment old = new TestSegment(TestSegment.ID - 1);
        for (int i = 0; i < 20; i++) {
            old.next(PAYLOAD);
        }
        TestSegment recycled = new TestSegment().next(PAYLOAD).next(PAYLOAD);
        int end = (int) recycled.length();
        recycled.raw(Arrays.copyOfRange(old.bytes(), end, old.bytes().length));
        Tail tail = find(recycled);
        assertThat(tail.kind()).isEqualTo(Kind.TORN);
        assertThat(tail.end()).isEqualTo(end);
        assertThat(find(recycled.inOldFile())).isEqualTo(new Tail(Kind.COMPLETE, end, recycled.start(1), false, 0, ""));
    }

    @Test
    void inARecycledSegmentAnAppendIsTornAsFarAsItsHeadersReach() throws IOException {
        TestSegment recycled = new TestSegment().next(PAYLOAD).inOldFile();
        int end = (int) recycled.length();
        recycled.next(PAYLOAD, PAYLOAD).frame(end, PAYLOAD);
        int begun = (int) recycled.length();
        byte[] stale = new byte[1000];
        Arrays.fill(stale, (byte) 0x4D);
        recycled.raw(stale);
        Tail tail = find(recycled.flip(end + FrameHeader.LENGTH + 40, 1));
        assertThat(tail.kind()).isEqualTo(Kind.TORN);
        assertThat(tail.end()).isEqualTo(end);
        assertThat(tail.tornBytes()).isEqualTo(begun - end);
    }

    @Test
    void zerosBehindATornAppendAreNotCounted() throws IOException {
        TestSegment segment = new TestSegment().next(PAYLOAD);
        int end = (int) segment.length();
        segment.raw(new byte[] {0, 0, 0, 1}).raw(new byte[500_000]);
        assertThat(find(segment).tornBytes()).isEqualTo(4);
        assertThat(find(segment).end()).isEqualTo(end);
    }

    @Test
    void aWitnessMakesTheLastFrameCount() throws IOException {
        TestSegment segment = new TestSegment().next(PAYLOAD).next(PAYLOAD);
        int acknowledged = (int) segment.length();
        segment.flip(segment.start(1) + 5, 0);
        assertThat(find(segment).kind()).isEqualTo(Kind.TORN);
        assertThat(TailRule.find(segment, acknowledged, 4096).kind()).isEqualTo(Kind.CORRUPT);
        segment.cut(segment.start(1));
        assertThat(find(segment).kind()).isEqualTo(Kind.COMPLETE);
        assertThat(TailRule.find(segment, acknowledged, 4096).kind()).isEqualTo(Kind.CORRUPT);
    }

    @Test
    void aWitnessIsFoundHoweverFarBehindTheDamageItIs() throws IOException {
        byte[] large = new byte[600_000];
        new Random(1).nextBytes(large);
        TestSegment segment = new TestSegment().next(large).next(large);
        segment.frame(FrameHeader.LAC_ONLY, segment.length());
        assertThat(find(segment.flip(10, 0)).kind()).isEqualTo(Kind.CORRUPT);
        assertThat(find(segment.flip(segment.start(1) + 300_000, 0)).kind()).isEqualTo(Kind.CORRUPT);
        assertThat(find(segment.flip(segment.start(1) + 10, 0)).end()).isEqualTo(segment.start(1));
    }

    /** Whatever happens to bytes behind what was vouched for, the rule finds the last frame that is whole. */
    @Test
    void randomDamageBehindTheLastWitnessIsAlwaysTorn() throws IOException {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            TestSegment segment = new TestSegment();
            int frames = 1 + random.nextInt(5);
            for (int i = 0; i < frames; i++) {
                segment.next(new byte[random.nextInt(300)]);
            }
            int last = segment.start(frames - 1);
            byte[] bytes = segment.bytes().clone();
            boolean changed = false;
            for (int i = 0; i < 1 + random.nextInt(5); i++) {
                int at = last + random.nextInt(bytes.length - last);
                byte before = bytes[at];
                bytes[at] = (byte) random.nextInt();
                changed |= bytes[at] != before;
            }
            Tail tail = find(new TestSegment().raw(bytes));
            long expected = changed ? last : bytes.length;
            assertThat(tail.end()).as("seed %d", seed).isIn(expected, (long) bytes.length);
            assertThat(tail.kind()).as("seed %d", seed).isIn(Kind.TORN, Kind.COMPLETE);
        }
    }

    private static int withoutZeros(byte[] bytes, int length) {
        int end = length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    private static Tail find(TestSegment segment) throws IOException {
        return TailRule.find(segment, 0, 4096);
    }
}
