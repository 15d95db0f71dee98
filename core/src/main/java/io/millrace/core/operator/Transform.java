// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.operator;

import io.millrace.api.Batch;
import io.millrace.api.BatchId;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the elements of a batch of whole batches: {@code transform} and its relatives. */
public final class Transform extends Operator {
    private final String place;
    private final Function function;
    private final BatchParameters batch;
    private final Operator next;

    /**
     * The operator.
     *
     * @param place the operator's name and where it was declared
     */
    public Transform(String place, Function function, BatchParameters batch, Operator next) {
        this.place = place;
        this.function = function;
        this.batch = batch;
        this.next = next;
    }

    /** What the program does. */
    @FunctionalInterface
    public interface Function {
        @Nullable
        Iterable<?> apply(Instant batchTime, List<Batch<?>> batches) throws Exception;
    }

    @Override
    @SuppressWarnings("unchecked") // what Gather pushes
    public void push(Object element) throws Exception {
        BatchId id = batch.id("transform");
        List<Batch<?>> batches = new ArrayList<>();
        for (List<List<Object>> partitions : (List<List<List<Object>>>) element) {
            batches.add(new BatchData(id, partitions));
        }
        Iterable<?> made = made(id.batchTime(), batches);
        if (made == null) {
            throw new MillraceException(
                    ErrorCode.USER_CODE, place + " returned null: return an empty list for an empty batch");
        }
        Iterator<?> each = walked(id.batchTime(), made::iterator);
        while (walked(id.batchTime(), each::hasNext)) {
            next.push(walked(id.batchTime(), each::next));
        }
    }

    private @Nullable Iterable<?> made(Instant batchTime, List<Batch<?>> batches) throws FunctionFailure {
        try {
            return function.apply(batchTime, batches);
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable thrown) {
            throw new FunctionFailure(place, "batch " + batchTime, thrown);
        }
    }

    /** A step through what the function returned: what it throws is the function's failure too. */
    private <T> T walked(Instant batchTime, Supplier<T> step) throws FunctionFailure {
        try {
            return step.get();
        } catch (RuntimeException thrown) {
            throw new FunctionFailure(place, "batch " + batchTime, thrown);
        }
    }
}
