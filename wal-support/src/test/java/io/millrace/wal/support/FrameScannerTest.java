// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.wal.support.FrameScanner.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameScannerTest {
    @Test
    void aFrameIsTheseBytesForEver() {
        TestSegment segment = new TestSegment().frame(0, "durable".getBytes(UTF_8), new byte[0]);
        assertThat(HexFormat.of().formatHex(segment.bytes()))
                .isEqualTo("4d5246a9" + "f470f1b4" // magic, checksum of the header
                        + "01000040" + "00000027" // version, flags, header length; body length
                        + "00000002" + "deae1605" // entries, checksum of their table
                        + "0000030000000007" // segment
                        + "0000000000000000" // offset
                        + "0000000000000000" // durable up to
                        + "0000000000000000" // first sequence
                        + "0000018bcfe56800" // written
                        + "00000007" + "534fa337" + "00000000" + "00000007" // length, checksum, type, stream
                        + "00000000" + "00000000" + "00000001" + "00000007"
                        + "64757261626c65" // payload
                        + "00"); // padding
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64, 100, 4096, 1 << 20})
    void framesOfAnySizeAreReadWithAnyPrefetch(int prefetch) throws IOException {
        Random random = new Random(prefetch);
        TestSegment segment = new TestSegment().readAtMost(97);
        byte[][][] frames = new byte[50][][];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = new byte[random.nextInt(20)][];
            for (int j = 0; j < frames[i].length; j++) {
                frames[i][j] = new byte[random.nextInt(random.nextBoolean() ? 10 : 2000)];
                random.nextBytes(frames[i][j]);
            }
            segment.next(frames[i]);
        }
        FrameScanner scanner = new FrameScanner(segment, 0, prefetch);
        long sequence = 0;
        for (byte[][] payloads : frames) {
            assertThat(scanner.next()).isEqualTo(Step.FRAME);
            assertThat(scanner.header().count()).isEqualTo(payloads.length);
            assertThat(scanner.header().firstSequence()).isEqualTo(sequence);
            for (int i = 0; i < payloads.length; i++) {
                int from = scanner.payloadIndex(i);
                assertThat(Arrays.copyOfRange(scanner.array(), from, from + scanner.length(i)))
                        .isEqualTo(payloads[i]);
                assertThat(Arrays.copyOfRange(
                                segment.bytes(),
                                (int) scanner.payloadOffset(i),
                                (int) scanner.payloadOffset(i) + scanner.length(i)))
                        .isEqualTo(payloads[i]);
                assertThat(scanner.type(i)).isEqualTo(i);
                assertThat(scanner.stream(i)).isEqualTo(7);
                assertThat(scanner.crc(i)).isEqualTo(TestSegment.crc(payloads[i]));
            }
            sequence += payloads.length;
        }
        assertThat(scanner.next()).isEqualTo(Step.END);
        assertThat(scanner.offset()).isEqualTo(segment.length());
        assertThat(scanner.next()).isEqualTo(Step.END);
    }

    @Test
    void anEncoderTakesBuffersOfEveryKindAndLeavesThemAlone() throws IOException {
        ByteBuffer sliced = ByteBuffer.allocateDirect(10)
                .put(new byte[] {9, 9, 1, 2, 9})
                .flip()
                .slice(2, 2);
        ByteBuffer readOnly = ByteBuffer.wrap(new byte[] {3, 4}).asReadOnlyBuffer();
        FrameEncoder encoder = new FrameEncoder();
        encoder.add(1, 2, 4, TestSegment.crc(new byte[] {1, 2, 3, 4}), sliced, ByteBuffer.allocate(0), readOnly);
        for (int again = 0; again < 2; again++) {
            ByteBuffer whole = ByteBuffer.allocate((int) encoder.frameLength());
            for (ByteBuffer part : encoder.encode(0, TestSegment.ID, 0, 0, 0, 0)) {
                whole.put(part);
            }
            assertThat(whole.hasRemaining()).isFalse();
            assertThat(Arrays.copyOfRange(whole.array(), encoder.payloadStart(), encoder.payloadStart() + 4))
                    .containsExactly(1, 2, 3, 4);
            FrameScanner scanner = new FrameScanner(new TestSegment().raw(whole.array()), 0, 1);
            assertThat(scanner.next()).isEqualTo(Step.FRAME);
        }
    }

    @Test
    void anEncoderIsUsedAgainWithMoreEntriesThanBefore() throws IOException {
        TestSegment segment = new TestSegment();
        for (int entries : new int[] {0, 1, 500, 3}) {
            byte[][] payloads = new byte[entries][];
            Arrays.fill(payloads, new byte[] {1});
            segment.next(payloads);
        }
        FrameScanner scanner = new FrameScanner(segment, 0, 1024);
        for (int entries : new int[] {0, 1, 500, 3}) {
            assertThat(scanner.next()).isEqualTo(Step.FRAME);
            assertThat(scanner.header().count()).isEqualTo(entries);
        }
    }

    @Test
    void aFrameLargerThanAnArrayIsRefused() {
        FrameEncoder encoder = new FrameEncoder();
        encoder.add(0, 0, 1 << 30, 0);
        assertThatThrownBy(() -> encoder.add(0, 0, 1 << 30, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyBitOfAFrameMatters() throws IOException {
        TestSegment segment = new TestSegment().next(new byte[] {1, 2, 3}).next(new byte[13], new byte[0]);
        for (int at = segment.start(1); at < segment.length(); at++) {
            for (int bit = 0; bit < 8; bit++) {
                FrameScanner scanner = new FrameScanner(segment.flip(at, bit), 0, 256);
                assertThat(scanner.next()).isEqualTo(Step.FRAME);
                assertThat(scanner.next()).as("byte %d bit %d", at, bit).isEqualTo(Step.INVALID);
                assertThat(scanner.offset()).isEqualTo(segment.start(1));
                assertThat(scanner.problem()).isNotEmpty();
            }
        }
    }

    @Test
    void aFrameIsOnlyBelievedWhereItWasWritten() throws IOException {
        byte[] frame = new TestSegment().next(new byte[] {1}).bytes();
        TestSegment twice = new TestSegment().raw(frame).raw(frame);
        FrameScanner moved = new FrameScanner(twice, 0, 256);
        assertThat(moved.next()).isEqualTo(Step.FRAME);
        assertThat(moved.next()).isEqualTo(Step.INVALID);
        assertThat(moved.problem()).contains("stands at");

        FrameScanner recycled = new FrameScanner(new TestSegment(TestSegment.ID + 1).raw(frame), 0, 256);
        assertThat(recycled.next()).isEqualTo(Step.INVALID);
    }

    @Test
    void zerosAreTheEnd() throws IOException {
        TestSegment preallocated = new TestSegment().next(new byte[] {1}).raw(new byte[10_000]);
        FrameScanner scanner = new FrameScanner(preallocated, 0, 256);
        assertThat(scanner.next()).isEqualTo(Step.FRAME);
        assertThat(scanner.next()).isEqualTo(Step.END);
        assertThat(scanner.offset()).isEqualTo(preallocated.length() - 10_000);
    }

    @Test
    void aLaterVersionIsToldFromDamage() throws IOException {
        TestSegment segment = new TestSegment().next(new byte[] {1});
        ByteBuffer later = ByteBuffer.wrap(segment.bytes());
        later.put(8, (byte) 2);
        later.putInt(4, TestSegment.crc(Arrays.copyOfRange(later.array(), 8, FrameHeader.LENGTH)));
        FrameScanner scanner = new FrameScanner(new TestSegment().raw(later.array()), 0, 256);
        assertThat(scanner.next()).isEqualTo(Step.NEWER_VERSION);
        assertThat(scanner.problem()).contains("version 2");
    }

    @Test
    void memoryStaysBoundedByTheLargestFrame() throws IOException {
        TestSegment segment = new TestSegment().next(new byte[100_000]);
        for (int i = 0; i < 100; i++) {
            segment.next(new byte[100]);
        }
        FrameScanner scanner = new FrameScanner(segment, 0, 4096);
        int frames = 0;
        while (scanner.next() == Step.FRAME) {
            frames++;
            assertThat(scanner.array().length).isLessThanOrEqualTo(101_000);
        }
        assertThat(frames).isEqualTo(101);
        assertThat(scanner.array().length).isLessThanOrEqualTo(4096);
    }
}
