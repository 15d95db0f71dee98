// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.StreamingContextBuilder;
import io.millrace.api.codec.Codecs;
import io.millrace.core.checkpoint.Checkpoint;
import io.millrace.core.checkpoint.CheckpointEditor;
import io.millrace.core.checkpoint.CheckpointSummary;
import io.millrace.core.encryption.KeyFile;
import io.millrace.core.encryption.TestKeys;
import io.millrace.core.wal.local.Forger;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs whose checkpoint is encrypted: what of it is on the disk, and what becomes of them with other keys. */
class EncryptedProgramTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String SECRET = "tell-nobody";

    @TempDir
    private Path directory;

    private final Map<String, Long> totals = new ConcurrentHashMap<>();
    private Topic topic;
    private KeyFile keys;

    @BeforeEach
    void fresh() {
        topic = Topic.create("secret", 1);
        keys = new KeyFile(directory.resolve("keys"), "k1");
    }

    private Path place() {
        return directory.resolve("checkpoint");
    }

    private StreamingContext counting(String provider, Map<String, String> settings, Path savepoint) {
        StreamingContextBuilder builder = StreamingContext.builder("secrets")
                .batchInterval(Duration.ofMillis(20))
                .checkpoint(place());
        settings.forEach(builder::set);
        if (savepoint != null) {
            builder.savepoint(savepoint);
        }
        StreamingContext context = builder.build();
        context.receive("lines", provider, Map.of("topic", "secret"))
                .map(record -> record.valueUtf8())
                .mapToPair(line -> Pair.of(line, 1L))
                .runningReduce("totals", Codecs.STRING, Codecs.LONG, Long::sum)
                .foreachBatch("totals", batch -> batch.forEach(pair -> totals.put(pair.key(), pair.value())));
        return context;
    }

    /** Adds a record, and runs the program until it has counted it. */
    private void countOneMore(String provider, Map<String, String> settings, Path savepoint) {
        long expected = totals.getOrDefault(SECRET, 0L) + 1;
        topic.add(0, SECRET);
        try (StreamingContext context = counting(provider, settings, savepoint)) {
            context.start();
            await().atMost(SOON).until(() -> totals.getOrDefault(SECRET, 0L) == expected);
            assertThat(context.stopGracefully(SOON)).isTrue();
        }
    }

    private void countOneMore(Map<String, String> settings) {
        countOneMore("topic-receiver", settings, null);
    }

    // ---- what is on the disk ----

    @ParameterizedTest
    @ValueSource(strings = {"topic-direct", "topic-receiver"})
    @Timeout(120)
    void nothingOfTheRecordsIsInAnyFile(String provider) throws IOException {
        for (int life = 0; life < 3; life++) {
            countOneMore(provider, keys.settings(), null);
        }
        Path savepoint = directory.resolve("savepoint");
        try (Checkpoint checkpoint = Checkpoint.open(place().toUri(), keys.settings(), null)) {
            checkpoint.export(savepoint, false);
        }
        assertThat(filesThatHold(SECRET)).isEmpty();
        assertThat(filesThatHold("totals")).isEmpty();
        assertThat(filesThatHold("string")).isEmpty(); // the name of a codec
        assertThat(Files.size(savepoint)).isPositive();
        assertThat(whole(savepoint)).contains("format=2", "program=secrets", "key=k1");
    }

    @Test
    void withoutEncryptionThatSearchWouldFindThem() throws IOException {
        countOneMore(Map.of());
        Path savepoint = directory.resolve("savepoint");
        try (Checkpoint checkpoint = Checkpoint.open(place().toUri(), Map.of(), null)) {
            checkpoint.export(savepoint, false);
        }
        assertThat(filesThatHold(SECRET))
                .contains(savepoint)
                .anyMatch(file -> file.startsWith(place().resolve("data")))
                .anyMatch(file -> file.startsWith(place().resolve("state")));
        assertThat(filesThatHold("totals")).anyMatch(file -> file.startsWith(place().resolve("ledger")));
    }

    private List<Path> filesThatHold(String text) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> whole(file).contains(text))
                    .toList();
        }
    }

    /** The bytes of a file as letters; of a savepoint, those of its parts as they are before the zip packs them. */
    private static String whole(Path file) {
        try {
            String raw = Files.readString(file, StandardCharsets.ISO_8859_1);
            if (!raw.startsWith("PK")) {
                return raw;
            }
            ByteArrayOutputStream parts = new ByteArrayOutputStream();
            try (ZipFile zip = new ZipFile(file.toFile())) {
                for (var part : zip.stream().toList()) {
                    zip.getInputStream(part).transferTo(parts);
                }
            }
            return parts.toString(StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    // ---- keys ----

    @Test
    void anotherKeyANewOneAndNone() {
        countOneMore(keys.settings());

        refuses(Map.of(), "is encrypted with the key 'k1' and no key was given");
        keys.writeLines(TestKeys.line("k1", "another"));
        refuses(keys.settings(), "with another key than the one that is called 'k1'");
        keys.write("k2");
        refuses(keys.settings(), "with the key 'k1', which is not in the key file");
        assertThatThrownBy(() -> Checkpoint.open(place().toUri(), Map.of(), null))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("no key was given");

        keys.write("k1");
        countOneMore(keys.settings());
        assertThat(totals).containsEntry(SECRET, 2L);
    }

    private void refuses(Map<String, String> settings, String message) {
        try (StreamingContext context = counting("topic-receiver", settings, null)) {
            assertThatThrownBy(context::start)
                    .isInstanceOfSatisfying(
                            MillraceException.class,
                            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.USER_CONFIG))
                    .hasMessageContaining(message);
        }
    }

    @Test
    void keysAreRotatedAndVerifyTellsWhichAreStillNeeded() {
        countOneMore(keys.settings());
        keys.write("k1", "k2");
        countOneMore(keys.settings());
        assertThat(totals).containsEntry(SECRET, 2L);
        try (Checkpoint checkpoint = Checkpoint.open(place().toUri(), keys.settings(), null)) {
            assertThat(checkpoint.verify().keys()).containsExactly("k1", "k2");
        }
        // a savepoint is encrypted with the newest key alone, and so is what is made of it
        Path savepoint = directory.resolve("savepoint");
        try (Checkpoint checkpoint = Checkpoint.open(place().toUri(), keys.settings(), null)) {
            checkpoint.export(savepoint, false);
        }
        keys.write("k2");
        Path fresh = directory.resolve("fresh");
        try (CheckpointEditor editor = CheckpointEditor.open(fresh.toUri(), keys.settings(), null, false)) {
            assertThat(editor.importFrom(savepoint).program()).isEqualTo("secrets");
        }
        try (Checkpoint checkpoint = Checkpoint.open(fresh.toUri(), keys.settings(), null)) {
            assertThat(checkpoint.verify().keys()).containsExactly("k2");
            assertThat(checkpoint.summary().states()).containsOnlyKeys("totals");
        }
    }

    // ---- whoever can write to the disk ----

    @Test
    void anEpochOfTheLedgerThatWasTakenOutIsMissed() {
        for (int life = 0; life < 4; life++) {
            countOneMoreAndEnd(); // as if killed: no snapshot stands for what was before
        }
        Forger forger = new Forger(place().resolve("ledger"));
        forger.dropSegment(forger.segments().get(forger.segments().size() - 2));
        assertThatThrownBy(() -> Checkpoint.open(place().toUri(), keys.settings(), null))
                .isInstanceOfSatisfying(
                        MillraceException.class,
                        forged -> assertThat(forged.code()).isEqualTo(ErrorCode.CORRUPT_DATA))
                .hasMessageContaining("an entry does not follow the one before it");
        try (StreamingContext context = counting("topic-receiver", keys.settings(), null)) {
            assertThatThrownBy(context::start)
                    .isInstanceOfSatisfying(
                            MillraceException.class,
                            forged -> assertThat(forged.code()).isEqualTo(ErrorCode.CORRUPT_DATA))
                    .hasMessageContaining("an entry does not follow the one before it");
        }
        assertThat(totals).containsEntry(SECRET, 4L);
    }

    @Test
    void theBeginningOfTheLedgerThatWasTakenOutIsMissed() {
        countOneMoreAndEnd();
        countOneMoreAndEnd();
        Forger forger = new Forger(place().resolve("ledger"));
        forger.dropSegment(forger.segments().get(0));
        assertThatThrownBy(() ->
                        Checkpoint.open(place().toUri(), keys.settings(), null).close())
                .isInstanceOfSatisfying(
                        MillraceException.class,
                        forged -> assertThat(forged.code()).isEqualTo(ErrorCode.CORRUPT_DATA))
                .hasMessageContaining("the beginning of the ledger is missing");
    }

    private void countOneMoreAndEnd() {
        long expected = totals.getOrDefault(SECRET, 0L) + 1;
        topic.add(0, SECRET);
        try (StreamingContext context = counting("topic-receiver", keys.settings(), null)) {
            context.start();
            await().atMost(SOON).until(() -> totals.getOrDefault(SECRET, 0L) == expected);
        }
    }

    // ---- from plain to encrypted, and back ----

    @Test
    void aPlainCheckpointIsTakenOverOnlyIfThatIsAllowed() {
        countOneMore(Map.of());
        refuses(keys.settings(), "is not encrypted although a key was given");
        countOneMore(keys.acceptingPlain());
        assertThat(totals).containsEntry(SECRET, 2L);
        refuses(Map.of(), "no key was given");
    }

    @Test
    void aPlainSavepointLeadsBack() {
        countOneMore(keys.settings());
        Path encrypted = directory.resolve("encrypted");
        Path plain = directory.resolve("plain");
        try (Checkpoint checkpoint = Checkpoint.open(place().toUri(), keys.settings(), null)) {
            checkpoint.export(encrypted, false);
            checkpoint.export(plain, true);
            assertThat(checkpoint.summary())
                    .extracting(CheckpointSummary::programId)
                    .isEqualTo("secrets");
        }
        Path fresh = directory.resolve("fresh");
        assertThatThrownBy(() -> importTo(fresh, encrypted, Map.of()))
                .hasMessageContaining("the part 'ledger' of the savepoint '" + encrypted)
                .hasMessageContaining("no key was given");
        assertThatThrownBy(() -> importTo(fresh, plain, keys.settings()))
                .hasMessageContaining("is not encrypted although a key was given");
        importTo(fresh, plain, Map.of());
        try (Checkpoint checkpoint = Checkpoint.open(fresh.toUri(), Map.of(), null)) {
            assertThat(checkpoint.verify().stateEntries()).isPositive();
            assertThat(checkpoint.verify().keys()).isEmpty();
        }
    }

    private static void importTo(Path place, Path savepoint, Map<String, String> settings) {
        try (CheckpointEditor editor = CheckpointEditor.open(place.toUri(), settings, null, false)) {
            editor.importFrom(savepoint);
        }
    }

    @Test
    void keysThatCannotBeUsedStopAProgramBeforeAnythingIsMade() {
        keys.writeLines("k1:c2hvcnQ=");
        refuses(keys.settings(), "has 5 bytes and must have 32");
        refuses(Map.of("encryption.key-file", directory.resolve("none").toString()), "is not there");
        refuses(Map.of("encryption.key-env", "MILLRACE_NO_SUCH_KEYS"), "'MILLRACE_NO_SUCH_KEYS' is not set");
        assertThat(place()).doesNotExist();
    }
}
