// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.operator;

import io.millrace.api.Batch;
import io.millrace.api.BatchId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the elements of a batch of whole batches: {@code transform} and its relatives. */
public final class Transform extends FunctionOperator {
    private final Function function;
    private final BatchParameters batch;
    private final Operator next;

    public Transform(Function function, BatchParameters batch, Operator next) {
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
        List<BatchData> batches = new ArrayList<>();
        for (List<List<Object>> partitions : (List<List<List<Object>>>) element) {
            batches.add(new BatchData(id, partitions));
        }
        @Nullable Iterator<?> each = null;
        while (true) {
            Object one;
            try {
                each = each == null ? begin(id.batchTime(), batches) : each;
                if (!each.hasNext()) {
                    return;
                }
                one = each.next();
            } catch (Throwable thrown) {
                throw failureOfAll("batch " + id.batchTime() + elementOf(batches, thrown), thrown);
            }
            next.push(one);
        }
    }

    private Iterator<?> begin(Instant batchTime, List<BatchData> batches) throws Exception {
        Iterable<?> made = function.apply(batchTime, List.copyOf(batches));
        if (made == null) {
            throw returnedNull("return an empty list for an empty batch");
        }
        return made.iterator();
    }

    private static String elementOf(List<BatchData> batches, Throwable thrown) {
        StringBuilder found = new StringBuilder();
        batches.forEach(each -> found.append(each.elementOf(thrown)));
        return found.toString();
    }
}
