// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.AsyncCalls;
import io.millrace.api.DeadLetter;
import io.millrace.api.DeadLetterFile;
import io.millrace.api.MillraceException;
import io.millrace.api.OnRecordError;
import io.millrace.api.OutputPolicy;
import io.millrace.api.Pair;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.Codecs;
import io.millrace.api.listener.ProgressListener;
import io.millrace.api.listener.StreamingEvent.DeadLettersWritten;
import io.millrace.api.listener.StreamingListener;
import io.millrace.api.source.Slice;
import io.millrace.testkit.stream.RestartMode;
import io.millrace.testkit.stream.StreamHarness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Elements that a batch does without, in files. */
class DeadLettersTest {
    private static final Instant FIRST = Instant.parse("2000-01-01T00:00:01Z");

    private final List<DeadLettersWritten> written = Collections.synchronizedList(new ArrayList<>());
    private final StreamingListener listener = new StreamingListener() {
        @Override
        public void onDeadLettersWritten(DeadLettersWritten event) {
            written.add(event);
        }
    };

    @TempDir
    private Path directory;

    private StreamHarness numbers() {
        return StreamHarness.of(
                        "sum",
                        in -> in.input("words", Codecs.STRING)
                                .map(Integer::parseInt)
                                .mapToPair(n -> Pair.of("sum", n))
                                .reduceByKey(Integer::sum)
                                .runningReduce("sum", Codecs.STRING, Codecs.INT, Integer::sum))
                .set("records.on-error", "dead-letter")
                .set("dead-letters.directory", directory.toString())
                .listener(listener)
                .batches("words", List.of("1", "x", "y", "2"), List.of("3"), List.of("z"));
    }

    @ParameterizedTest
    @EnumSource(RestartMode.class)
    void eachElementThatFailedInACommittedBatchIsInAFileOnce(RestartMode mode) throws IOException {
        ProgressListener progress = new ProgressListener();
        numbers()
                .modes(mode)
                .listener(progress)
                .run()
                .assertOutput("sum")
                .batches(List.of(Pair.of("sum", 3)), List.of(Pair.of("sum", 6)), List.of());
        assertThat(files()).hasSize(2).allSatisfy(file -> assertThat(file).endsWith(".letters"));
        List<DeadLetter> letters = letters();
        assertThat(letters.stream().map(letter -> letter.batchTime() + " " + letter.element()))
                .containsExactlyInAnyOrder(FIRST + " x", FIRST + " y", FIRST.plusSeconds(2) + " z");
        assertThat(written.stream().map(DeadLettersWritten::batchTime)).containsExactly(FIRST, FIRST.plusSeconds(2));
        assertThat(written.get(0).operators()).hasSize(1).allSatisfy((operator, count) -> {
            assertThat(operator).startsWith("'map' at DeadLettersTest.java:");
            assertThat(count).isEqualTo(2);
        });
        assertThat(progress.deadLetters()).isEqualTo(3);
    }

    @Test
    void aLetterSaysWhereItComesFromAndHasTheRecord() throws IOException {
        numbers().run();
        DeadLetter letter = letters().stream()
                .filter(any -> any.element().equals("z"))
                .findFirst()
                .orElseThrow();
        assertThat(letter.programId()).isEqualTo("harness");
        assertThat(letter.outputs()).containsExactly("sum");
        assertThat(letter.operator()).isEqualTo("map");
        assertThat(letter.declaredAt()).startsWith("DeadLettersTest.java:");
        assertThat(letter.error()).isEqualTo(NumberFormatException.class.getName());
        assertThat(letter.message()).contains("\"z\"");
        DeadLetter.SourceRecord record = letter.record().orElseThrow();
        assertThat(record.stream()).isEqualTo("words");
        Slice value = Objects.requireNonNull(record.value());
        assertThat(Codecs.STRING.decode(new ByteReader(value.array(), value.offset(), value.length()), 1))
                .isEqualTo("z");
    }

    @Test
    void aDeathBetweenCommitAndRenameIsMadeUpForByTheNextStart() throws IOException {
        AtomicInteger renamed = new AtomicInteger();
        numbers()
                .listener(new StreamingListener() {
                    @Override
                    public void onDeadLettersWritten(DeadLettersWritten event) {
                        if (event.batchTime().equals(FIRST) && renamed.getAndIncrement() == 0) {
                            back(Path.of(event.file()));
                        }
                    }
                })
                .restartAfter(0)
                .run();
        assertThat(renamed).hasValue(2);
        assertThat(letters().stream().map(DeadLetter::element)).containsExactlyInAnyOrder("x", "y", "z");
        assertThat(files()).hasSize(2);
        assertThat(written.stream().map(DeadLettersWritten::letters)).containsExactly(2L, 2L, 1L);
    }

    /** Makes it what it was before it got its name. */
    private static void back(Path file) {
        String name = file.getFileName().toString();
        try {
            Files.move(file, file.resolveSibling("." + name.substring(0, name.indexOf(".letters")) + ".prepared"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anAttemptThatIsThrownAwayLeavesNoLetters() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        StreamHarness.of(
                        "out",
                        in -> in.input("words", Codecs.STRING)
                                .map(Integer::parseInt)
                                .mapPartitions(all -> {
                                    if (calls.getAndIncrement() == 0) {
                                        throw new IllegalStateException("once");
                                    }
                                    return all;
                                }))
                .partitions(1)
                .set("records.on-error", "dead-letter")
                .set("dead-letters.directory", directory.toString())
                .set("scheduler.task.max-failures", "2")
                .set("scheduler.task.retry-backoff", "0ms")
                .batches("words", List.of("1", "x"))
                .run()
                .assertOutput("out")
                .batches(List.of(1));
        assertThat(letters())
                .singleElement()
                .satisfies(letter -> assertThat(letter.attempt()).isEqualTo(1));
    }

    @Test
    void outputsSayForThemselvesWhatBecomesOfTheirElements() throws IOException {
        StreamHarness.of(in -> {
                    var words = in.input("words", Codecs.STRING);
                    var kept = words.map(Integer::parseInt);
                    kept.foreachBatch(
                            "kept", OutputPolicy.stop().onRecordError(OnRecordError.DEAD_LETTER), batch -> {});
                    words.map(Integer::parseInt)
                            .foreachBatch("poor", OutputPolicy.stop().onRecordError(OnRecordError.SKIP), batch -> {});
                    var shared = words.filter(word -> 10 / (word.length() - 2) != 0);
                    shared.foreachBatch("a", OutputPolicy.stop().onRecordError(OnRecordError.SKIP), batch -> {});
                    shared.foreachBatch("b", OutputPolicy.stop().onRecordError(OnRecordError.DEAD_LETTER), batch -> {});
                    in.collect("words", words);
                })
                .set("dead-letters.directory", directory.toString())
                .batches("words", List.of("x", "10"))
                .run();
        assertThat(letters().stream().map(letter -> letter.operator() + letter.outputs() + letter.element()))
                .containsExactlyInAnyOrder("map[kept]x", "filter[a, b]10");
    }

    @Test
    void oneOutputStopsTheProgramThoughAnotherKeepsTheElements() {
        assertThatThrownBy(() -> StreamHarness.of(in -> {
                            var numbers = in.input("words", Codecs.STRING).map(Integer::parseInt);
                            numbers.foreachBatch("strict", batch -> {});
                            numbers.foreachBatch(
                                    "kept", OutputPolicy.stop().onRecordError(OnRecordError.DEAD_LETTER), batch -> {});
                        })
                        .batches("words", List.of("x"))
                        .run())
                .hasMessageContaining("failed on 'x'");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void afterAnExchangeALetterHasNoRecord() throws IOException {
        StreamHarness.of(
                        "out",
                        in -> in.input("words", Codecs.STRING)
                                .mapToPair(word -> Pair.of(word, 1))
                                .reduceByKey(Integer::sum)
                                .map(pair -> pair.value() / (pair.value() - 2)))
                .set("records.on-error", "dead-letter")
                .set("dead-letters.directory", directory.toString())
                .batches("words", List.of("x", "x", "y"))
                .run()
                .assertOutput("out")
                .batches(List.of(-1));
        assertThat(letters()).singleElement().satisfies(letter -> {
            assertThat(letter.record()).isEqualTo(Optional.empty());
            assertThat(letter.element()).isEqualTo(Pair.of("x", 2).toString());
        });
    }

    @Test
    void anAnswerThatIsAnErrorIsTheFailureOfItsElement() throws IOException {
        for (AsyncCalls calls :
                List.of(AsyncCalls.atMost(2), AsyncCalls.atMost(2).unordered())) {
            StreamHarness.of(
                            "out",
                            in -> in.input("n", Codecs.INT)
                                    .mapAsync(
                                            calls,
                                            n -> n == 2
                                                    ? CompletableFuture.failedFuture(new IOException("no " + n))
                                                    : CompletableFuture.completedFuture(12 / n)))
                    .partitions(1)
                    .set("records.on-error", "dead-letter")
                    .set("dead-letters.directory", directory.toString())
                    .batches("n", List.of(1, 2, 0, 4))
                    .run()
                    .assertOutput("out")
                    .batches(List.of(12, 3));
        }
        assertThat(letters().stream().map(letter -> letter.element() + " " + letter.error()))
                .containsExactlyInAnyOrder(
                        "2 java.io.IOException",
                        "0 java.lang.ArithmeticException",
                        "2 java.io.IOException",
                        "0 java.lang.ArithmeticException");
        assertThat(letters())
                .allSatisfy(letter -> assertThat(letter.record().isPresent())
                        .as("only what threw at once is known to be of the record that is read")
                        .isEqualTo(letter.element().equals("0")));
    }

    @Test
    void whatWasHeldBackIsNotTakenForTheRecordThatIsReadMeanwhile() throws IOException {
        StreamHarness.of(
                        "out",
                        in -> in.input("n", Codecs.INT)
                                .map(n -> 1 + 4 / n)
                                .mapAsync(AsyncCalls.atMost(1), CompletableFuture::completedFuture)
                                .map(n -> 12 / (n - 2)))
                .partitions(1)
                .set("records.on-error", "dead-letter")
                .set("dead-letters.directory", directory.toString())
                .batches("n", List.of(4, 0, 2, 1))
                .run()
                .assertOutput("out")
                .batches(List.of(12, 4));
        assertThat(letters().stream()
                        .map(letter -> letter.element() + letter.record().map(DeadLetter.SourceRecord::offset)))
                .containsExactlyInAnyOrder("0Optional[1]", "2Optional.empty");
    }

    @Test
    void aBatchOfWhichTooMuchFailsStopsTheProgram() {
        List<String> words = Collections.nCopies(20, "not a number, and a long text at that");
        assertThatThrownBy(() -> numbers()
                        .set("dead-letters.max-bytes-per-batch", "1KiB")
                        .batches("words", words)
                        .run())
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("come to more than 1024 bytes")
                .hasMessageContaining("raise dead-letters.max-bytes-per-batch");
        assertThat(written).isEmpty();
    }

    @Test
    void aProgramThatHasNoPlaceForThemIsRefused() {
        assertThatThrownBy(() -> StreamHarness.of(
                                "out", in -> in.input("words", Codecs.STRING).map(Integer::parseInt))
                        .set("records.on-error", "dead-letter")
                        .batches("words", List.of("x"))
                        .run())
                .hasMessageContaining("set dead-letters.directory");
    }

    @Test
    void whatFailsWhileAnIterableIsWalkedIsTheFunctionsFailure() throws IOException {
        StreamHarness.of(
                        "out",
                        in -> in.input("n", Codecs.INT)
                                .flatMap(DeadLettersTest::upTo)
                                .mapToPair(n -> Pair.of("all", n))
                                .flatMapValues(n -> upTo(2 * n)))
                .partitions(1)
                .set("records.on-error", "dead-letter")
                .set("dead-letters.directory", directory.toString())
                .batches("n", List.of(1, 0, 3))
                .run()
                .assertOutput("out")
                .batches(Stream.of(1, 2, 1, 2, 1, 2).map(n -> Pair.of("all", n)).toList());
        assertThat(letters().stream().map(letter -> letter.operator() + " " + letter.element()))
                .containsExactlyInAnyOrder("flatMap 0", "flatMap 3", "flatMapValues " + Pair.of("all", 2));
    }

    /** 1 to n, found out while they are walked; fails if there is none, and at 3. */
    private static Iterable<Integer> upTo(int n) {
        return () -> {
            if (n < 1) {
                throw new IllegalStateException("none");
            }
            return IntStream.rangeClosed(1, n)
                    .map(i -> 12 / (3 - i) == 0 ? 0 : i)
                    .iterator();
        };
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("harness"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private List<DeadLetter> letters() throws IOException {
        List<DeadLetter> letters = new ArrayList<>();
        for (String file : files()) {
            letters.addAll(DeadLetterFile.read(directory.resolve("harness").resolve(file)));
        }
        return letters;
    }
}
