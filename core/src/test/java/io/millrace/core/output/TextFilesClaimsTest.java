// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.Batch;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import io.millrace.testkit.sink.SinkContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Directories that one checkpoint of a program wrote and another, begun from a savepoint, goes on with. */
class TextFilesClaimsTest {
    @TempDir
    private Path directory;

    private Sink.Resumable sink() {
        TextFilesProvider provider = new TextFilesProvider();
        return (Sink.Resumable) provider.open(SinkContext.of(
                provider, "out", Map.of("prefix", directory.resolve("n").toString())));
    }

    private static SinkOwner owner(String identity, long epoch) {
        return new SinkOwner(SinkContext.PROGRAM, "out", identity, epoch);
    }

    private static Optional<SinkClaim> look(Sink.Resumable sink) throws Exception {
        return sink.look(SinkContext.PROGRAM, "out");
    }

    /** As an engine does that begins from a savepoint, whose newest batch is the given one. */
    private static void takesOver(Sink.Resumable sink, String identity, int last) throws Exception {
        assertThat(sink.claim(owner(identity, 1), look(sink), Optional.of(time(last))))
                .isTrue();
    }

    private static Instant time(int batch) {
        return batch(batch, 0).id().batchTime();
    }

    private static Batch<Object> batch(int batch, int number) {
        return SinkContext.batch("out", 1, batch, List.of(number));
    }

    private static List<byte[]> prepare(Sink.Resumable sink, Batch<Object> batch) throws Exception {
        List<byte[]> prepared = new ArrayList<>();
        for (int partition = 0; partition < batch.partitions(); partition++) {
            prepared.add(sink.prepare(batch, partition));
        }
        return prepared;
    }

    private static void write(Sink.Resumable sink, int batch, int number) throws Exception {
        Batch<Object> whole = batch(batch, number);
        sink.finish(whole.id(), prepare(sink, whole));
    }

    private List<Integer> visible() throws IOException {
        return WrittenNumbers.in(directory);
    }

    @Test
    void anOrdinaryProgramLeavesNoClaim() throws Exception {
        try (Sink.Resumable sink = sink()) {
            assertThat(look(sink)).isEmpty();
            sink.claim(owner("a", 1), Optional.empty(), Optional.empty());
            write(sink, 1, 1);
            assertThat(look(sink)).hasValueSatisfying(claim -> {
                assertThat(claim.identity()).isEqualTo("a");
                assertThat(claim.epoch()).isZero();
                assertThat(claim.lastBatch()).contains(time(1));
            });
            sink.claim(owner("a", 2), Optional.empty(), Optional.of(time(1)));
            assertThat(WrittenNumbers.hidden(directory)).isZero();
        }
    }

    @Test
    void whoeverWasReplacedMakesNothingVisibleAndIsKnownAtItsNextStart() throws Exception {
        try (Sink.Resumable old = sink();
                Sink.Resumable begun = sink()) {
            old.claim(owner("a", 3), Optional.empty(), Optional.empty());
            write(old, 1, 1);
            List<byte[]> late = prepare(old, batch(2, 2));
            takesOver(begun, "b", 1);
            assertThatThrownBy(() -> old.finish(batch(2, 2).id(), late))
                    .isInstanceOfSatisfying(
                            MillraceException.class,
                            fenced -> assertThat(fenced.code()).isEqualTo(ErrorCode.FENCED))
                    .hasMessageContainingAll("checkpoint b", "checkpoint a");
            write(begun, 3, 3);
            assertThat(visible()).containsExactlyInAnyOrder(1, 3);
            assertThat(look(sink())).hasValueSatisfying(claim -> {
                assertThat(claim.identity()).isEqualTo("b");
                assertThat(claim.epoch()).isEqualTo(1);
                assertThat(claim.lastBatch()).contains(time(3));
                assertThat(claim.place()).contains(".claim");
            });
        }
    }

    @Test
    void aBatchThatIsContinuedIsLeftAndALaterOneOfTheOtherIsReplaced() throws Exception {
        try (Sink.Resumable old = sink();
                Sink.Resumable begun = sink()) {
            old.claim(owner("a", 3), Optional.empty(), Optional.empty());
            write(old, 1, 1);
            write(old, 2, 2);
            write(old, 3, 3);
            takesOver(begun, "b", 2);
            assertThat(look(begun).orElseThrow().lastBatch()).contains(time(2));
            write(begun, 2, 20);
            assertThat(visible()).containsExactlyInAnyOrder(1, 2, 3);
            write(begun, 3, 30);
            assertThat(visible()).containsExactlyInAnyOrder(1, 2, 30);
            // also by a later start, which finishes before it claims
            List<byte[]> prepared = prepare(begun, batch(4, 40));
            Files.move(
                    directory.resolve("n-" + time(3).toEpochMilli()),
                    directory.resolve("elsewhere")); // a reader took it
            try (Sink.Resumable next = sink()) {
                next.finish(batch(4, 40).id(), prepared);
                assertThat(next.claim(owner("b", 2), look(next), Optional.of(time(4))))
                        .isTrue();
                assertThat(look(next).orElseThrow().epoch()).isEqualTo(2);
                write(next, 5, 50);
            }
            assertThat(visible()).contains(40, 50);
        }
    }

    @Test
    void twoThatAreBegunFromASavepointAtOnceDoNotBothHaveIt() throws Exception {
        try (Sink.Resumable one = sink();
                Sink.Resumable other = sink()) {
            Optional<SinkClaim> found = Optional.of(new SinkClaim("a", 0, Optional.empty(), ""));
            assertThat(one.claim(owner("b", 1), found, Optional.empty())).isTrue();
            assertThat(other.claim(owner("c", 1), found, Optional.empty())).isFalse();
            assertThat(other.claim(owner("c", 1), look(other), Optional.empty()))
                    .isTrue();
            assertThat(one.claim(owner("b", 2), found, Optional.empty())).isFalse();
        }
    }

    @Test
    void checkpointsOfTheSameEpochPrepareApart() throws Exception {
        try (Sink.Resumable old = sink();
                Sink.Resumable begun = sink()) {
            old.claim(owner("a", 1), Optional.empty(), Optional.empty());
            prepare(old, SinkContext.batch("out", 1, 1, List.of(1), List.of(2)));
            begun.claim(owner("b", 1), Optional.empty(), Optional.empty());
            write(begun, 1, 7);
            assertThat(visible()).containsExactly(7);
        }
    }

    @Test
    void whatWasPreparedForAnotherPlaceIsNotTakenForGone() throws Exception {
        try (Sink.Resumable sink = sink()) {
            List<byte[]> prepared = prepare(sink, batch(1, 1));
            TextFilesProvider provider = new TextFilesProvider();
            Sink.Resumable moved = (Sink.Resumable) provider.open(SinkContext.of(
                    provider, "out", Map.of("prefix", directory.resolve("m").toString())));
            assertThatThrownBy(() -> moved.finish(batch(1, 1).id(), prepared))
                    .hasMessageContainingAll("was prepared as '.n-", "the prefix");
        }
    }

    /** As in a savepoint that somebody else has made: what it names is moved, or deleted. */
    @ParameterizedTest
    @CsvSource({
        "'', part-00000/../../../precious/file",
        "'', .",
        "'', ''",
        "/../../precious, part-00000",
        "/../precious, file",
        "x, part-00000",
    })
    void whatNoBatchIsCalledIsNeitherMovedNorDeleted(String added, String part) throws Exception {
        Path precious = Files.createDirectories(directory.resolve("precious"));
        Files.writeString(precious.resolve("file"), "kept");
        Files.writeString(precious.resolve("part-00000"), "kept");
        try (Sink.Resumable sink = sink()) {
            Batch<Object> batch = batch(1, 1);
            ByteReader real = new ByteReader(prepare(sink, batch).get(0));
            ByteWriter forged = new ByteWriter(100);
            forged.writeByte(real.readByte());
            forged.writeString(real.readString() + added);
            real.readString();
            forged.writeString(part);
            forged.writeString(real.readString());
            List<byte[]> committables = List.of(forged.toByteArray());
            for (ThrowingCallable refusal : List.<ThrowingCallable>of(
                    () -> sink.check(batch.id(), committables), () -> sink.finish(batch.id(), committables))) {
                assertThatThrownBy(refusal)
                        .isInstanceOfSatisfying(
                                MillraceException.class,
                                refused -> assertThat(refused.code()).isEqualTo(ErrorCode.CORRUPT_DATA))
                        .hasMessageContaining("names nothing so");
            }
        }
        assertThat(precious).isDirectoryContaining("glob:**/file").isDirectoryContaining("glob:**/part-00000");
    }
}
