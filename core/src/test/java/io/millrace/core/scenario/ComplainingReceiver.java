// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static java.util.Objects.requireNonNull;

import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverContext;
import io.millrace.spi.receiver.ReceiverProvider;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A receiver that has nothing to give but one complaint. */
final class ComplainingReceiver implements ReceiverProvider, Receiver {
    private volatile @Nullable ReceiverContext context;

    @Override
    public String name() {
        return "complaining";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.NONE;
    }

    @Override
    public Receiver create(PluginContext context) {
        return this;
    }

    @Override
    public void start(ReceiverContext context) {
        this.context = context;
    }

    /** Reports an error to whoever listens. */
    void complain() {
        requireNonNull(context, "not started")
                .reportError("the source is slow", new IllegalStateException("timed out"));
    }

    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public void durable(DurableMark mark) {}

    @Override
    public void stop(Duration deadline) {}
}
