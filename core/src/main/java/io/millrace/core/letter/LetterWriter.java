// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.letter;

import io.millrace.api.BatchId;
import io.millrace.api.DeadLetter;
import io.millrace.api.DeadLetter.SourceRecord;
import io.millrace.api.DeadLetterFile;
import io.millrace.api.MillraceException;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.source.RecordView;
import io.millrace.api.source.Slice;
import io.millrace.core.failure.Failures;
import io.millrace.core.operator.FailedElements;
import io.millrace.core.operator.Origin;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes the dead letters of one task, to memory: an attempt that is thrown away leaves nothing. */
public final class LetterWriter {
    private final BatchId batch;
    private final Origin origin;
    private final int attempt;
    private final long maxBytes;
    private final ByteWriter letters = new ByteWriter(256);
    private final Map<String, Long> counts = new LinkedHashMap<>();

    /**
     * A writer.
     *
     * @param origin where the task's elements come from
     * @param attempt how often the task has failed
     * @param maxBytes how many bytes it may write
     */
    public LetterWriter(BatchId batch, Origin origin, int attempt, long maxBytes) {
        this.batch = batch;
        this.origin = origin;
        this.attempt = attempt;
        this.maxBytes = maxBytes;
    }

    /**
     * The letters of one operator.
     *
     * @param outputs those that miss its elements
     */
    public FailedElements of(String operator, String declaredAt, String place, List<String> outputs) {
        return (element, failure) -> {
            Throwable thrown = Optional.ofNullable(failure.getCause()).orElse(failure);
            RecordView view = origin.record();
            DeadLetter letter = new DeadLetter(
                    batch.programId(),
                    batch.epoch(),
                    batch.batchTime(),
                    outputs,
                    operator,
                    declaredAt,
                    view == null ? Optional.empty() : Optional.of(recordOf(view)),
                    element instanceof RecordView ? "" : Failures.shown(element, DeadLetter.ELEMENT_CHARACTERS),
                    thrown.getClass().getName(),
                    messageOf(thrown),
                    attempt);
            DeadLetterFile.append(letter, letters);
            counts.merge(place, 1L, Long::sum);
            if (letters.size() > maxBytes) {
                throw DeadLetterStore.tooMany(batch.batchTime(), maxBytes, String.valueOf(failure.getMessage()));
            }
        };
    }

    /** A record, without key and value if its source does not show them, as of one that is too long. */
    private SourceRecord recordOf(RecordView view) {
        try {
            return SourceRecord.of(origin.stream(), view);
        } catch (MillraceException e) {
            return new SourceRecord(
                    origin.stream(), view.partition(), view.offset(), view.timestamp(), null, null, List.of());
        }
    }

    private static String messageOf(Throwable thrown) {
        String message = Failures.message(thrown);
        return message.equals("null") ? "" : message;
    }

    /** What was written; null if that is nothing. */
    public @Nullable Letters letters() {
        return counts.isEmpty() ? null : new Letters(new Slice(letters.toByteArray()), counts);
    }
}
