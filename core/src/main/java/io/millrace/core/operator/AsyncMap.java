// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.operator;

import io.millrace.api.AsyncCalls;
import io.millrace.api.function.AsyncFunction;
import io.millrace.api.source.RecordView;
import io.millrace.core.call.ForeignCall;
import io.millrace.core.failure.Failures;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** {@code mapAsync}: the task begins calls, and waits when there are too many and at its end. */
public final class AsyncMap extends FunctionOperator {
    private static final int CAUSES = 16;

    private final AsyncCalls calls;
    private final AsyncFunction<Object, Object> function;
    private final Operator next;
    private final Deque<Call> inOrder = new ArrayDeque<>();
    private final BlockingQueue<Call> complete = new LinkedBlockingQueue<>();
    private int underWay;

    public AsyncMap(AsyncCalls calls, AsyncFunction<Object, Object> function, Operator next) {
        this.calls = calls;
        this.function = function;
        this.next = next;
    }

    private record Call(Object element, long deadline, CompletableFuture<Object> answer) {}

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the answer itself says how it went
    public void push(Object element) throws Exception {
        while (underWay >= calls.most()) {
            pushOne();
        }
        CompletableFuture<Object> answer;
        try {
            CompletionStage<Object> stage = function.apply(element);
            if (stage == null) {
                throw returnedNull("return a stage, complete or not");
            }
            answer = stage.toCompletableFuture();
        } catch (Throwable thrown) {
            failed(element, thrown);
            return;
        }
        Call call = new Call(element, System.nanoTime() + calls.timeout().toNanos(), answer);
        underWay++;
        inOrder.add(call);
        if (!calls.ordered()) {
            answer.whenComplete((result, failure) -> complete.add(call));
        }
    }

    @Override
    public void end() throws Exception {
        while (underWay > 0) {
            pushOne();
        }
    }

    /** Waits for the oldest call or, if order does not matter, for whichever is first. */
    private void pushOne() throws Exception {
        ForeignCall.forgetInterrupt(); // or a function's would end the wait
        Call oldest = inOrder.element();
        long patience = Math.max(0, oldest.deadline - System.nanoTime());
        @Nullable Call call = calls.ordered() ? oldest : complete.poll(patience, TimeUnit.NANOSECONDS);
        if (call == null) {
            throw late(oldest);
        }
        Object made;
        try {
            made = call.answer.get(patience, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw late(call);
        } catch (Throwable e) { // also what an answer's error throws when it is wrapped
            forget(call);
            RecordView reading = leave();
            failed(call.element, cause(e));
            back(reading);
            return;
        }
        forget(call);
        RecordView reading = leave();
        next.push(made);
        back(reading);
    }

    private void forget(Call call) {
        inOrder.remove(call);
        underWay--;
    }

    /** What a future's failure is about; causes may form a circle. */
    private static Throwable cause(Throwable thrown) {
        Throwable at = thrown;
        for (int i = 0; i < CAUSES && (at instanceof ExecutionException || at instanceof CompletionException); i++) {
            Throwable cause = Failures.causeOf(at);
            if (cause == null) {
                return at;
            }
            at = cause;
        }
        return at;
    }

    private Exception late(Call call) {
        return failure(call.element, new TimeoutException("no answer after " + calls.timeout()));
    }
}
