// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverContext;
import io.millrace.spi.receiver.RecordAppender;
import io.millrace.testkit.receiver.TokenQueue.Message;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Receives from a {@link TokenQueue}, as it should be done but for one flaw. The source has no positions: a token says of each
 * record what to acknowledge once it is durable, and what was not acknowledged comes again.
 */
final class TokenReceiver implements Receiver {
    private static final String PARTITION = "queue";

    private final PluginContext plugin;
    private final TokenQueue queue;
    private final TokenFlaw flaw;
    private @Nullable Thread thread;

    // guarded by this
    private long durable = -1;
    private boolean paused;
    private boolean heldUp;
    private boolean stopping;

    private long acknowledged = -1;

    /** What is wrong with it. */
    enum TokenFlaw {
        NONE,
        REPEATS_A_TOKEN,
        ACKNOWLEDGES_WHAT_IT_APPENDED,
        ACKNOWLEDGES_ALL_AT_THE_STOP,
        FORGETS_TOKENS
    }

    TokenReceiver(PluginContext plugin, TokenQueue queue, TokenFlaw flaw) {
        this.plugin = plugin;
        this.queue = queue;
        this.flaw = flaw;
    }

    @Override
    public void start(ReceiverContext context) {
        context.appender().onReady(this::ready);
        Thread made = plugin.threads().newThread(() -> run(context));
        thread = made;
        made.start();
    }

    private void run(ReceiverContext context) {
        long last = -1;
        try {
            RecordAppender appender = context.appender();
            int partition = appender.partition(PARTITION);
            Message message = null;
            while (!isStopping()) {
                acknowledge();
                if (message == null) {
                    message = queue.receive();
                }
                if (message != null && append(appender, partition, message)) {
                    last = message.id();
                    message = null;
                } else {
                    synchronized (this) {
                        wait(2);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            context.restart("receiving from the queue failed: " + e.getMessage(), e);
        }
        acknowledge();
        if (flaw == TokenFlaw.ACKNOWLEDGES_ALL_AT_THE_STOP) {
            queue.acknowledge(last);
        }
        queue.giveBack();
    }

    private synchronized boolean isStopping() {
        return stopping;
    }

    /** Appends a message unless it is held up, in which case the message is kept. */
    private synchronized boolean append(RecordAppender appender, int partition, Message message) {
        if (paused || heldUp) {
            return false;
        }
        ByteBuffer value = ByteBuffer.wrap(message.value().getBytes(UTF_8));
        heldUp = !appender.append(partition, -1, null, value, List.of());
        if (!heldUp) {
            token(appender, message.id());
        }
        return !heldUp;
    }

    private void token(RecordAppender appender, long id) {
        if (flaw != TokenFlaw.FORGETS_TOKENS || id % 10 != 9) {
            appender.token(id);
        }
        if (flaw == TokenFlaw.REPEATS_A_TOKEN && id % 10 == 9) {
            appender.token(id);
        }
        if (flaw == TokenFlaw.ACKNOWLEDGES_WHAT_IT_APPENDED) {
            queue.acknowledge(id);
        }
    }

    private synchronized void ready() {
        heldUp = false;
        notifyAll();
    }

    private void acknowledge() {
        long upTo;
        synchronized (this) {
            upTo = durable;
        }
        if (upTo > acknowledged) {
            queue.acknowledge(upTo);
            acknowledged = upTo;
        }
    }

    @Override
    public synchronized void pause() {
        paused = true;
    }

    @Override
    public synchronized void resume() {
        paused = false;
        notifyAll();
    }

    @Override
    public synchronized void durable(DurableMark mark) {
        durable = Math.max(durable, mark.token());
    }

    @Override
    public void stop(Duration deadline) {
        synchronized (this) {
            stopping = true;
            notifyAll();
        }
        Thread running = thread;
        if (running == null) {
            return;
        }
        try {
            running.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
