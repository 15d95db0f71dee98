// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells completions their outcome, one after the other, in the order in which the outcomes came here. Thread-safe. */
final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private final String log;
    private final Consumer<Pending> told;
    private final ArrayDeque<Answer> queue = new ArrayDeque<>();
    private boolean answering;

    private record Answer(Pending frame, @Nullable WalException failure) {}

    /** @param told is called with each frame when its completion was */
    Answers(String log, Consumer<Pending> told) {
        this.log = log;
        this.told = told;
    }

    synchronized void durable(Pending frame) {
        queue.add(new Answer(frame, null));
    }

    synchronized void failed(Pending frame, WalException failure) {
        queue.add(new Answer(frame, failure));
    }

    /** Calls the completions, unless another thread is at it, which then calls these too. No lock may be held. */
    void give() {
        Answer next = first();
        while (next != null) {
            give(next);
            next = next();
        }
    }

    private synchronized @Nullable Answer first() {
        if (answering || queue.isEmpty()) {
            return null;
        }
        answering = true;
        return queue.poll();
    }

    private synchronized @Nullable Answer next() {
        answering = !queue.isEmpty();
        return queue.poll();
    }

    private void give(Answer answer) {
        Pending frame = answer.frame;
        try {
            if (answer.failure == null) {
                frame.completion.durable(frame.at);
            } else {
                frame.completion.failed(answer.failure);
            }
        } catch (RuntimeException e) {
            LOG.error("a completion of log '{}' failed", log, e);
        }
        told.accept(frame);
    }

    /** The same failure, of an append that may be in the log. */
    static WalException unknown(WalException failure) {
        return new WalException(failure.reason(), Outcome.UNKNOWN, String.valueOf(failure.getMessage()), failure);
    }
}
