// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Who waits to hear that the log's writer still owns it. Asked on any thread, answered on one. */
final class Questions {
    private final Queue<CompletableFuture<@Nullable Void>> asked = new ConcurrentLinkedQueue<>();

    CompletableFuture<@Nullable Void> ask() {
        CompletableFuture<@Nullable Void> answer = new CompletableFuture<>();
        asked.add(answer);
        return answer;
    }

    boolean any() {
        return !asked.isEmpty();
    }

    /** Answers all with what {@code verification} throws, or with yes. */
    void answer(Runnable verification) {
        CompletableFuture<@Nullable Void> next = asked.poll();
        while (next != null) {
            try {
                verification.run();
                next.complete(null);
            } catch (RuntimeException | Error refused) {
                next.completeExceptionally(refused);
            }
            next = asked.poll();
        }
    }
}
