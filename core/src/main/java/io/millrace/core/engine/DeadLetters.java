// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.DeadLetter;
import io.millrace.api.DeadLetterFile;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.core.letter.DeadLetterStore;
import io.millrace.core.letter.Letters;
import io.millrace.core.listener.ListenerBus;
import io.millrace.core.metrics.MicrometerMetrics;
import io.millrace.core.plan.RecordErrors;
import io.millrace.spi.plugin.Metrics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes the dead letters of batches, and says so; does nothing where a program has none. */
final class DeadLetters {
    private final Program program;
    private final ListenerBus listeners;
    private final Metrics.Counter written;
    private final @Nullable DeadLetterStore store;

    private DeadLetters(Program program, ListenerBus listeners, @Nullable DeadLetterStore store) {
        this.program = program;
        this.listeners = listeners;
        this.store = store;
        this.written = new MicrometerMetrics(program.meters(), program.id(), "batches").counter("dead-letters");
    }

    /** Opens their directory, if the program may have any, and finishes what an earlier start began. */
    static DeadLetters open(
            Program program, RecordErrors errors, long epoch, long lastCommitted, ListenerBus listeners) {
        Optional<Path> directory = directory(program);
        boolean wanted = errors.mayWriteLetters();
        if (wanted && directory.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "program '" + program.id() + "' may have dead letters, and its checkpoint is no directory beside"
                            + " which they could be written: set " + EngineOptions.DEAD_LETTERS_DIRECTORY.key());
        } else if (directory.isEmpty()
                || !(wanted || Files.isDirectory(directory.get().resolve(program.id())))) {
            return new DeadLetters(program, listeners, null);
        }
        DeadLetterStore store = DeadLetterStore.open(
                directory.get(), program.id(), epoch, program.settings().get(EngineOptions.DEAD_LETTERS_MAX_BYTES));
        DeadLetters letters = new DeadLetters(program, listeners, store);
        for (Path file : store.recover(lastCommitted)) {
            letters.recovered(file);
        }
        return letters;
    }

    private static Optional<Path> directory(Program program) {
        Optional<String> given = program.settings().find(EngineOptions.DEAD_LETTERS_DIRECTORY);
        URI checkpoint = program.checkpoint();
        if (given.isPresent()) {
            try {
                return Optional.of(Path.of(given.get()).toAbsolutePath());
            } catch (InvalidPathException e) {
                throw new MillraceException(
                        ErrorCode.USER_CONFIG,
                        EngineOptions.DEAD_LETTERS_DIRECTORY.key() + " = '" + given.get() + "' is no path: "
                                + e.getReason());
            }
        } else if (checkpoint != null && "file".equals(checkpoint.getScheme())) {
            return Optional.of(Path.of(checkpoint).toAbsolutePath().normalize().resolveSibling("dead-letters"));
        }
        return Optional.empty();
    }

    /** Writes those of a batch, before it is committed. On any thread. */
    void prepare(ActiveBatch batch) {
        if (store != null && !batch.letters.isEmpty()) {
            store.prepare(batch.instant(), batch.letters);
        }
    }

    /** Writes those of what the target of an output refuses, before the target commits the batch. On any thread. */
    void refused(Instant batch, String output, Letters letters) {
        if (store == null) {
            throw new IllegalStateException(
                    "output '" + output + "' keeps what is refused, and there is no place for it");
        }
        store.refused(batch, output, letters);
    }

    /** Removes those of an attempt to write a batch, which the target does not have. On any thread. */
    void forgetRefused(Instant batch, String output) {
        if (store != null) {
            store.forgetRefused(batch, output);
        }
    }

    /** Shows those of a batch that is committed. */
    void committed(ActiveBatch batch) {
        if (store != null) {
            if (!batch.letters.isEmpty()) {
                tell(batch.instant(), DeadLetterStore.counts(batch.letters), store.publish(batch.instant()));
            }
            store.publishRefused(batch.instant()).forEach(this::recovered);
        }
    }

    private void recovered(Path file) {
        List<DeadLetter> letters;
        try {
            letters = DeadLetterFile.read(file);
        } catch (IOException e) {
            throw new MillraceException(ErrorCode.EXTERNAL_SYSTEM, "'" + file + "' cannot be read: " + e, e);
        }
        Map<String, Long> counts = new TreeMap<>();
        letters.forEach(letter -> counts.merge("'" + letter.operator() + "' at " + letter.declaredAt(), 1L, Long::sum));
        letters.stream().findFirst().ifPresent(first -> tell(first.batchTime(), counts, file));
    }

    private void tell(Instant batch, Map<String, Long> counts, Path file) {
        StreamingEvent.DeadLettersWritten event = new StreamingEvent.DeadLettersWritten(
                Instant.ofEpochMilli(program.clock().millis()), batch, Map.copyOf(counts), file.toString());
        written.add(event.letters());
        listeners.post(event);
    }
}
