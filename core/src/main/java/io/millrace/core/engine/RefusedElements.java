// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static java.util.Objects.requireNonNull;

import io.millrace.api.BatchId;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.failure.Failures;
import io.millrace.core.graph.Node;
import io.millrace.core.letter.LetterWriter;
import io.millrace.core.letter.Letters;
import io.millrace.core.operator.FunctionFailure;
import io.millrace.core.operator.Origin;
import io.millrace.core.plan.RecordErrors;
import io.millrace.core.sink.SinkOutput;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the target of an output refuses of one batch. It goes the way of elements on which functions throw, with one
 * difference: a batch that the target has is not given to it again, so what was refused is not found again either. Its
 * letters are durable before the target commits, and outlive a process that dies before the ledger does. Of one thread.
 */
final class RefusedElements implements SinkOutput.Refused {
    private final Node.Output output;
    private final RecordErrors errors;
    private final DeadLetters store;
    private @Nullable BatchId batch;
    private @Nullable LetterWriter letters;
    private long count;
    private @Nullable String example;

    RefusedElements(Node.Output output, RecordErrors errors, DeadLetters store) {
        this.output = output;
        this.errors = errors;
        this.store = store;
    }

    /** The output is about to be called with this. */
    void at(BatchId attempt) {
        batch = attempt;
    }

    @Override
    public void begin() {
        BatchId attempt = requireNonNull(batch, "no batch was begun");
        store.forgetRefused(attempt.batchTime(), output.name());
        letters = new LetterWriter(attempt, new Origin("", ""), attempt.attempt(), errors.maxBytes());
        count = 0;
        example = null;
    }

    @Override
    public void refuse(@Nullable Object element, Throwable why) throws Exception {
        Object shown = element == null ? "null" : element;
        FunctionFailure failure = new FunctionFailure(output.place(), FunctionFailure.shown(shown), why);
        switch (errors.policy(output)) {
            case STOP ->
                throw new MillraceException(
                        ErrorCode.USER_CODE,
                        "the target refuses an element: " + Failures.message(failure)
                                + "; mend what the stream makes, or do without such elements: records.on-error ="
                                + " dead-letter keeps them, skip only counts them, and an output's policy says so for it"
                                + " alone",
                        why);
            case SKIP -> {
                count++;
                example = example == null ? Failures.message(failure) : example;
            }
            case DEAD_LETTER ->
                requireNonNull(letters, "no batch was begun")
                        .of(output.operator(), output.declaredAt(), output.place(), List.of(output.name()))
                        .add(shown, failure);
        }
    }

    @Override
    public void settle() {
        BatchId attempt = requireNonNull(batch, "no batch was begun");
        Letters written = letters == null ? null : letters.letters();
        if (written != null) {
            store.refused(attempt.batchTime(), output.name(), written);
        }
    }

    /** How many elements are left out. */
    long count() {
        return count;
    }

    /** The target has the batch: tells of one that is left out, if any is. */
    void skipped(Consumer<String> tell) {
        if (example != null) {
            tell.accept(example);
        }
    }
}
