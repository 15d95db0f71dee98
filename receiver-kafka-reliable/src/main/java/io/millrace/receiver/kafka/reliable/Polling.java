// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.reliable;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Polls a consumer so that another thread can end the wait. A consumer's {@code wakeup()} strikes whatever call blocks
 * next, a commit for instance; here it is only sent while the owner is in {@link #poll}, and used up before that returns.
 */
final class Polling {
    private enum State {
        /** The owner is elsewhere: a call is only noted. */
        AWAY,
        /** A call was noted: the next poll does not wait. */
        CALLED,
        /** The owner polls. */
        POLLING,
        /** Somebody is just calling {@code wakeup()}. */
        WAKING,
        /** {@code wakeup()} was called. */
        WOKEN
    }

    private final KafkaConsumer<ByteBuffer, ByteBuffer> consumer;
    private final AtomicReference<State> state = new AtomicReference<>(State.AWAY);

    Polling(KafkaConsumer<ByteBuffer, ByteBuffer> consumer) {
        this.consumer = consumer;
    }

    /**
     * Ends the wait of the poll that is under way, or of the next one. Any thread. Where neither happens, a poll ended
     * after this was called, so its owner sees what the caller had to tell.
     */
    void wake() {
        if (!state.compareAndSet(State.AWAY, State.CALLED) && state.compareAndSet(State.POLLING, State.WAKING)) {
            consumer.wakeup();
            state.set(State.WOKEN);
        }
    }

    /** Polls, at most for {@code timeout}; empty if it was woken. The owner's thread. */
    ConsumerRecords<ByteBuffer, ByteBuffer> poll(Duration timeout) {
        Duration wait = state.getAndSet(State.POLLING) == State.CALLED ? Duration.ZERO : timeout;
        ConsumerRecords<ByteBuffer, ByteBuffer> records = ConsumerRecords.empty();
        boolean struck = false;
        try {
            records = consumer.poll(wait);
        } catch (WakeupException e) {
            struck = true;
        }
        if (!state.compareAndSet(State.POLLING, State.AWAY)) {
            absorb(struck);
        }
        return records;
    }

    /** Waits until {@code wakeup()} was called, and lets it strike a poll that does nothing else. */
    private void absorb(boolean struck) {
        while (state.get() != State.WOKEN) {
            Thread.onSpinWait();
        }
        if (!struck) {
            try {
                consumer.poll(Duration.ZERO);
                throw new IllegalStateException("a wake-up did not strike");
            } catch (WakeupException e) {
                // used up
            }
        }
        state.set(State.AWAY);
    }
}
