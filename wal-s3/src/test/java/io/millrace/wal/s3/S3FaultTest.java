// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalStore;
import io.millrace.wal.s3.SimulatedBucket.Fate;
import io.millrace.wal.s3.SimulatedBucket.Plan;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the log does when the store does what stores do. */
@Timeout(120)
class S3FaultTest {
    private static final List<Fate> PASSING = List.of(
            Fate.DONE_UNANSWERED,
            Fate.LOST,
            Fate.LATE,
            Fate.TWICE,
            Fate.ERROR,
            Fate.SLOW_DOWN,
            Fate.CONFLICT,
            Fate.FULL);

    private final SimulatedBucket bucket = new SimulatedBucket();
    private final List<WalStore> opened = new ArrayList<>();

    @AfterEach
    void close() {
        bucket.plan(request -> Fate.DONE);
        opened.forEach(WalStore::close);
    }

    private S3WalStore store() {
        return store(S3Stores.EAGER);
    }

    private S3WalStore store(S3WalSettings settings) {
        S3WalStore store = S3Stores.open(bucket, settings);
        opened.add(store);
        return store;
    }

    static S3WalSettings givingUpAfter(Duration deadline) {
        S3WalSettings eager = S3Stores.EAGER;
        return new S3WalSettings(
                eager.inFlight(),
                eager.maxBatchBytes(),
                eager.linger(),
                eager.attemptTimeout(),
                deadline,
                eager.trimEvery(),
                eager.recoveryParallelism(),
                false);
    }

    static Stream<Arguments> firstAttempts() {
        return Stream.of("claims/", "marks/", "data/data/000001/", "data/data/000002/")
                .flatMap(keys -> PASSING.stream().map(fate -> Arguments.of(keys, fate)));
    }

    @ParameterizedTest(name = "first attempts at {0}: {1}")
    @MethodSource("firstAttempts")
    void aWriteThatFailsOnceIsThereOnce(String keys, Fate fate) {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        bucket.plan(request -> request.creates(keys) && seen.add(request.key()) ? fate : Fate.DONE);
        Appended first = Appended.open(store());
        first.append(0, 5);
        Appended second = Appended.open(store());
        second.append(5, 8);
        bucket.carryOutLate();
        assertThat(first.acknowledged()).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(second.acknowledged()).containsExactly(5L, 6L, 7L);
        S3WalStore third = store();
        Appended.open(third);
        assertThat(Appended.numbers(third)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(seen).isNotEmpty();
    }

    @Test
    void answersComeInOrderThoughTheFirstTakesLong() {
        AtomicBoolean stuck = new AtomicBoolean(true);
        bucket.plan(request -> request.creates("data/data/000001/0000000000") && stuck.get() ? Fate.ERROR : Fate.DONE);
        Appended writer = Appended.open(store());
        List<CompletableFuture<WalPosition>> outcomes =
                LongStream.range(0, 8).mapToObj(writer::start).toList();
        await().until(() -> bucket.keys(key -> key.startsWith("data/")).size() == 7);
        assertThat(writer.acknowledged()).isEmpty();
        assertThat(writer.writer().durableEnd())
                .isEqualTo(writer.writer().recovery().end());
        stuck.set(false);
        outcomes.forEach(Appended::await);
        assertThat(writer.acknowledged()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
    }

    @Test
    void whatIsBehindAGapWasNeverAcknowledgedAndDoesNotCount() {
        bucket.plan(request -> request.appends("data/data/000001/0000000001") ? Fate.LATE : Fate.DONE);
        Appended writer = Appended.open(store());
        List<CompletableFuture<WalPosition>> outcomes =
                LongStream.range(0, 4).mapToObj(writer::start).toList();
        await().until(() -> bucket.keys(key -> key.startsWith("data/")).size() == 3);
        S3WalStore second = store();
        Appended next = Appended.open(second);
        assertThat(Appended.numbers(second)).containsExactly(0L);
        assertThat(next.writer().recovery().tornBytes()).isPositive();
        bucket.carryOutLate();
        assertThat(Appended.numbers(second)).containsExactly(0L);
        assertThat(writer.acknowledged()).containsExactly(0L);
        bucket.plan(request -> Fate.DONE);
        assertThat(outcomes.subList(1, 4))
                .allSatisfy(outcome ->
                        assertThat(Appended.failure(outcome).reason()).isEqualTo(Reason.FENCED));
        assertThat(writer.writer().state()).isEqualTo(WalState.FENCED);
    }

    @Test
    void aWriteThatComesBeforeTheFenceIsInTheLog() {
        bucket.plan(request -> request.creates("data/data/000001/") ? Fate.LATE : Fate.DONE);
        Appended paused = Appended.open(store());
        CompletableFuture<WalPosition> append = paused.start(7);
        bucket.plan(request -> {
            if (request.creates("data/data/000001/0000000000")) {
                bucket.carryOutLate();
            }
            return Fate.DONE;
        });
        S3WalStore second = store();
        Appended.open(second);
        assertThat(Appended.numbers(second)).containsExactly(7L);
        assertThat(Appended.await(append).segment()).isEqualTo(WalPosition.segment(1, 0));
    }

    @Test
    void anAppendThatIsTriedTooLongHasAnUnknownOutcomeAndPoisonsTheWriter() {
        Appended writer = Appended.open(store(givingUpAfter(Duration.ofMillis(300))));
        writer.append(0, 1);
        bucket.plan(request -> request.creates("data/") ? Fate.LATE : Fate.DONE);
        WalException failure = Appended.failure(writer.start(1));
        assertThat(failure.reason()).isEqualTo(Reason.INDETERMINATE);
        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(writer.writer().state()).isEqualTo(WalState.FAILED);
        bucket.plan(request -> Fate.DONE);
        assertThat(Appended.failure(writer.start(2)).outcome()).isEqualTo(Outcome.NOT_APPENDED);
        bucket.carryOutLate();
        S3WalStore second = store();
        Appended.open(second);
        assertThat(Appended.numbers(second)).containsExactly(0L, 1L);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fate.class,
            names = {"DENIED", "SKEWED"})
    void oneRefusalAmongWritesIsTriedAgain(Fate refusal) {
        Appended writer = Appended.open(store());
        writer.append(0, 2);
        Set<String> refused = ConcurrentHashMap.newKeySet();
        bucket.plan(request -> request.creates("data/") && refused.add(request.key()) ? refusal : Fate.DONE);

        writer.append(2, 6);

        assertThat(writer.acknowledged()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
        assertThat(refused).hasSize(4);
        assertThat(writer.writer().trouble()).isEmpty();
    }

    @Test
    void whatIsRefusedAndTriedAgainIsSaidMeanwhile() {
        Appended writer = Appended.open(store());
        AtomicBoolean denied = new AtomicBoolean(true);
        bucket.plan(request -> request.creates("data/") && denied.get() ? Fate.DENIED : Fate.DONE);
        CompletableFuture<WalPosition> append = writer.start(0);

        await().until(() -> writer.writer().trouble().isPresent());
        assertThat(writer.writer().trouble()).contains("simulated 403");
        denied.set(false);
        Appended.await(append);
        assertThat(writer.writer().trouble()).isEmpty();
    }

    /** Before this process has written anything there, nothing says that it ever may. */
    @Test
    void aClockThatIsOffIsCorrectedByTheAnswerAlsoAtTheStart() {
        Set<String> refused = ConcurrentHashMap.newKeySet();
        bucket.plan(request -> request.creates("claims/") && refused.add(request.key()) ? Fate.SKEWED : Fate.DONE);

        assertThat(store().claim("ledger", Appended.ME)).isEqualTo(1);
    }

    @Test
    void noPermissionEndsTheWriterAfterTheDeadline() {
        Appended writer = Appended.open(store(givingUpAfter(Duration.ofMillis(300))));
        bucket.plan(request -> request.creates("data/") ? Fate.DENIED : Fate.DONE);
        WalException failure = Appended.failure(writer.start(1));
        assertThat(failure.reason()).isEqualTo(Reason.ACCESS_DENIED);
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPENDED);
        assertThat(failure).hasMessageContaining("docs/wal-s3.md");
        assertThat(writer.writer().state()).isEqualTo(WalState.FAILED);
    }

    @Test
    void aFullStoreIsWaitedForBeyondTheDeadline() {
        Appended writer = Appended.open(store(givingUpAfter(Duration.ofMillis(100))));
        long begin = System.nanoTime();
        bucket.plan(request -> System.nanoTime() - begin < 500_000_000L ? Fate.FULL : Fate.DONE);
        writer.append(0, 1);
        assertThat(System.nanoTime() - begin).isGreaterThan(500_000_000L);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fate.class,
            names = {"ERROR", "DENIED"})
    void claimsAndOpensSayWhatTheStoreSays(Fate fate) {
        S3WalStore store = store(givingUpAfter(Duration.ofMillis(100)));
        bucket.plan(request -> fate);
        Reason reason = fate == Fate.DENIED ? Reason.ACCESS_DENIED : Reason.TRANSIENT;
        assertFails(reason, () -> store.claim("ledger", Appended.ME));
        assertFails(reason, store::logs);
        bucket.plan(request -> request.creates("") ? fate : Fate.DONE);
        assertFails(reason, () -> store.claim("ledger", Appended.ME));
    }

    @Test
    void oldListsMisleadNobody() {
        bucket.rememberLists();
        Plan old = request -> request.kind().equals("list") ? Fate.OLD_OR_PARTIAL : Fate.DONE;
        Appended first = Appended.open(store());
        first.append(0, 6);
        bucket.plan(old);
        Appended second = Appended.open(store());
        assertThat(second.writer().epoch()).isEqualTo(2);
        second.append(6, 9);
        assertThat(Appended.failure(first.start(99)).reason()).isEqualTo(Reason.FENCED);
        S3WalStore third = store();
        Appended.open(third);
        assertThat(Appended.numbers(third)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
    }

    @Test
    void aZombieCannotTrimAnyMore() {
        Appended first = Appended.open(store());
        first.append(0, 4);
        S3WalStore second = store();
        Appended.open(second);
        bucket.rememberLists();
        assertFails(Reason.FENCED, () -> first.writer().trim(first.writer().end()));
        assertThat(first.writer().state()).isEqualTo(WalState.FENCED);
        assertThat(Appended.numbers(second)).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void whatCannotBeRemovedIsRemovedLater() {
        Appended writer = Appended.open(store());
        writer.append(0, 4);
        bucket.plan(request -> request.kind().equals("delete") ? Fate.OLD_OR_PARTIAL : Fate.DONE);
        writer.writer().trim(writer.writer().end());
        await().until(() -> bucket.keys(key -> key.startsWith("data/")).size() == 3);
        bucket.plan(request -> Fate.DONE);
        writer.append(4, 6);
        writer.writer().trim(writer.writer().end());
        await().until(() -> bucket.keys(key -> key.startsWith("data/")).size() == 1);
    }

    @Test
    void whatADeadProcessDidNotRemoveTheNextOneDoes() {
        Appended writer = Appended.open(store());
        writer.append(0, 4);
        bucket.plan(request -> request.kind().equals("delete") ? Fate.ERROR : Fate.DONE);
        WalPosition start = writer.writer().trim(writer.writer().end());
        bucket.plan(request -> Fate.DONE);
        S3WalStore second = store();
        assertThat(Appended.open(second).writer().recovery().start()).isEqualTo(start);
        await().untilAsserted(() -> assertThat(bucket.keys(key -> key.startsWith("data/")))
                .containsExactly("data/data/000001/0000000003", "data/data/000001/0000000004"));
        assertThat(Appended.numbers(second)).containsExactly(3L);
    }

    @Test
    void claimsFencesAndTheFirstMarkOfEveryEpochStay() {
        for (int life = 1; life <= 3; life++) {
            Appended writer = Appended.open(store());
            writer.append(0, 3);
            for (int i = 0; i < 300; i++) {
                writer.append(i, i + 1);
                writer.writer().trim(writer.writer().end());
            }
        }
        assertThat(bucket.keys(key -> key.startsWith("claims/"))).hasSize(3);
        assertThat(bucket.keys(key -> key.startsWith("data/data/000001/"))).hasSize(1);
        assertThat(bucket.keys(key -> key.startsWith("data/data/000002/"))).hasSizeLessThanOrEqualTo(2);
        assertThat(bucket.keys(key -> key.equals("marks/data/0000000001"))).hasSize(1);
        assertThat(bucket.keys(key -> key.startsWith("marks/"))).hasSizeLessThan(3 * 130);
    }

    @Test
    void aLostObjectIsDamageWithItsNameAndNeverAnEnd() {
        Appended writer = Appended.open(store());
        writer.append(0, 5);
        Appended.open(store()).append(5, 6);
        bucket.lose("data/data/000001/0000000002");
        S3WalStore third = store();
        long epoch = third.claim("ledger", Appended.ME);
        assertThatThrownBy(() -> third.open("data", epoch))
                .isInstanceOfSatisfying(
                        WalException.class,
                        damage -> assertThat(damage.reason()).isEqualTo(Reason.CORRUPT))
                .hasMessageContaining("data/data/000001/0000000002");
    }

    @Test
    void aMarkOfALaterVersionIsRefused() {
        Appended.open(store()).append(0, 1);
        bucket.lose("marks/data/0000000001");
        bucket.create("marks/data/0000000001", "x", ByteBuffer.wrap("millrace-log-mark 2\n".getBytes(UTF_8)));
        S3WalStore store = store();
        assertFails(Reason.UNSUPPORTED, store::logs);
    }

    private static void assertFails(Reason reason, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        WalException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(reason));
    }
}
