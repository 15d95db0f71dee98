// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import static java.util.Objects.requireNonNull;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.spi.receiver.ReceiverContext;
import io.millrace.spi.receiver.ReceiverProvider.Guarantee;
import io.millrace.spi.receiver.RecordAppender;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A context that passes everything on to another and notes what breaks the protocol: what is said after the end, a restart
 * without a reason or asked for twice, and all that a {@link CheckedAppender} finds. Usually made by a {@link
 * CheckedReceiver}. Thread-safe.
 *
 * @since 0.1
 */
public final class CheckedReceiverContext implements ReceiverContext {
    private final ReceiverContext engine;
    private final Breaches breaches;
    private final CheckedAppender appender;
    private boolean ended;
    private boolean restarted;

    /** Watches what a receiver of this guarantee does to {@code engine}. */
    public CheckedReceiverContext(ReceiverContext engine, Guarantee guarantee, Breaches breaches) {
        this.engine = requireNonNull(engine, "engine is null");
        this.breaches = requireNonNull(breaches, "breaches is null");
        this.appender = new CheckedAppender(engine.appender(), guarantee, breaches);
        engine.positions().forEach(appender::begun);
    }

    /** The receiver was told to pause, and returned; or is about to be told to resume. */
    public void paused(boolean paused) {
        appender.paused(paused);
    }

    /** The receiver was told to stop, and returned. */
    public synchronized void stopped() {
        ended = true;
        appender.stopped();
    }

    private synchronized void said(String what) {
        if (ended) {
            breaches.add("R-12", what + " after stop had returned");
        }
    }

    @Override
    public long incarnation() {
        return engine.incarnation();
    }

    @Override
    public Map<String, Position> positions() {
        return engine.positions();
    }

    @Override
    public void begin(Map<String, Position> starts) throws InterruptedException {
        said("begin " + starts.keySet());
        engine.begin(starts);
        starts.forEach((partition, start) ->
                appender.begun(partition, engine.positions().getOrDefault(partition, start)));
    }

    @Override
    public void lost(List<OffsetRange> ranges) throws InterruptedException {
        said("lost " + ranges);
        engine.lost(ranges);
        ranges.forEach(range -> appender.goesOn(range.partition(), range.until()));
    }

    @Override
    public RecordAppender appender() {
        return appender;
    }

    @Override
    public void idle(String partition, boolean idle) {
        said("'" + partition + "' is " + (idle ? "idle" : "not idle"));
        engine.idle(partition, idle);
    }

    @Override
    public void reportError(String message, Throwable error) {
        said("reported '" + message + "'");
        requireReason("reportError", message, error);
        engine.reportError(message, error);
    }

    @Override
    public void restart(String reason, Throwable error) {
        said("asked for a restart");
        requireReason("restart", reason, error);
        synchronized (this) {
            if (restarted) {
                breaches.add("R-09", "asked for a restart again: " + reason);
            }
            restarted = true;
        }
        appender.restarting();
        engine.restart(reason, error);
    }

    private void requireReason(String call, @Nullable String reason, @Nullable Throwable error) {
        if (reason == null || reason.isBlank() || error == null) {
            breaches.add("R-09", call + " gives no reason: '" + reason + "', " + error);
        }
    }
}
