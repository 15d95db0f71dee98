// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import static java.util.Objects.requireNonNull;

import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverContext;
import io.millrace.spi.receiver.ReceiverProvider.Guarantee;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A receiver that does what another does, and notes wherever that one breaks the protocol in what it does to its context
 * and appender. It stands between a receiver and any engine: the kit's, or the real one in a test of one's own:
 *
 * <pre>{@code
 * Breaches breaches = new Breaches();
 * CustomInput.receiver("orders", Guarantee.POSITIONS,
 *         plugin -> new CheckedReceiver(new OrdersReceiver(plugin), Guarantee.POSITIONS, breaches));
 * …
 * assertThat(breaches.all()).isEmpty();
 * }</pre>
 *
 * @since 0.1
 */
public final class CheckedReceiver implements Receiver {
    private final Receiver receiver;
    private final Guarantee guarantee;
    private final Breaches breaches;
    private @Nullable CheckedReceiverContext context;

    /** Watches {@code receiver}, which promises {@code guarantee}, and notes what it breaks in {@code breaches}. */
    public CheckedReceiver(Receiver receiver, Guarantee guarantee, Breaches breaches) {
        this.receiver = requireNonNull(receiver, "receiver is null");
        this.guarantee = requireNonNull(guarantee, "guarantee is null");
        this.breaches = requireNonNull(breaches, "breaches is null");
    }

    @Override
    public void start(ReceiverContext engine) throws Exception {
        CheckedReceiverContext checked = new CheckedReceiverContext(engine, guarantee, breaches);
        context = checked;
        receiver.start(checked);
    }

    @Override
    public void pause() {
        receiver.pause();
        if (context != null) {
            context.paused(true);
        }
    }

    @Override
    public void resume() {
        if (context != null) {
            context.paused(false);
        }
        receiver.resume();
    }

    @Override
    public void durable(DurableMark mark) {
        receiver.durable(mark);
    }

    @Override
    public Optional<String> trouble() {
        return receiver.trouble();
    }

    @Override
    public void stop(Duration deadline) {
        receiver.stop(deadline);
        if (context != null) {
            context.stopped();
        }
    }
}
