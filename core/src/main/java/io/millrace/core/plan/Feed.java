// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plan;

import io.millrace.api.function.RecordConsumer;
import io.millrace.api.source.RecordView;
import io.millrace.core.operator.Operator;
import io.millrace.core.operator.Origin;
import org.jspecify.annotations.Nullable;

/**
 * Passes the records of an input to the first operator of a task. What the operators throw fails the task, whatever the
 * reader of the input makes of it, which is a plugin's.
 */
class Feed implements RecordConsumer<RecordView> {
    private final Operator first;
    private @Nullable Throwable failure;

    Feed(Operator first) {
        this.first = first;
    }

    /** Reads an input to its end; returns how many records there were. */
    long read(TaskInput input, int slot) throws Exception {
        long records;
        try {
            records = input.forEach(slot, this);
        } catch (Throwable thrown) {
            check();
            throw thrown;
        }
        check();
        return records;
    }

    private void check() throws Exception {
        if (failure instanceof Error error) {
            throw error;
        } else if (failure instanceof Exception exception) {
            throw exception;
        }
    }

    @Override
    public void accept(RecordView view) throws Exception {
        try {
            first.push(view);
        } catch (Throwable thrown) {
            failure = failure == null ? thrown : failure;
            throw thrown;
        }
    }

    /** One that says which record is passed. */
    static final class Traced extends Feed {
        private final Origin origin;

        Traced(Operator first, Origin origin) {
            super(first);
            this.origin = origin;
        }

        @Override
        public void accept(RecordView view) throws Exception {
            origin.at(view);
            super.accept(view);
        }
    }
}
