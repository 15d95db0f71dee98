// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingListener;
import io.millrace.spi.listener.ListenerProvider;
import io.millrace.testkit.KitContext;
import io.millrace.testkit.internal.Patience;
import io.millrace.testkit.internal.RealClock;
import io.millrace.testkit.internal.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Proves that a listener keeps its contract, {@code docs/spec/listener.md}, whose clauses the methods are named after.
 * Extend it, say which provider it is, and run it; all of it must pass:
 *
 * <pre>{@code
 * class PagerListenerConformanceTest extends StreamingListenerConformance {
 *     @Override
 *     protected ListenerProvider provider() {
 *         return new PagerListenerProvider();
 *     }
 *
 *     @Override
 *     protected Map<String, String> settings() {
 *         return Map.of("address", pager.address());
 *     }
 * }
 * }</pre>
 *
 * <p>What an engine owes to listeners is proved with a {@link CheckedListener}.
 *
 * @since 0.1
 */
@Timeout(180)
public abstract class StreamingListenerConformance {
    private static final int BATCHES = 1_000;

    private final List<KitContext> contexts = new ArrayList<>();
    private final List<StreamingListener> opened = new ArrayList<>();

    /** Makes a test of a listener. */
    protected StreamingListenerConformance() {}

    /** The provider of the listener. */
    protected abstract ListenerProvider provider();

    /** The settings with which it does all that it can do. */
    protected Map<String, String> settings() throws Exception {
        return Map.of();
    }

    /** Settings that it must refuse when it is made, one after another. */
    protected List<Map<String, String>> unusable() throws Exception {
        return List.of();
    }

    /** How long the kit waits for what must come. */
    protected Duration patience() {
        return Duration.ofSeconds(60);
    }

    /** How long the events of a thousand batches may take on a machine that is busy. */
    protected Duration promptness() {
        return Duration.ofSeconds(40);
    }

    /** Closes what a test left open. */
    @AfterEach
    public void closeListeners() throws Exception {
        for (StreamingListener listener : List.copyOf(opened)) {
            close(listener);
        }
        contexts.forEach(KitContext::close);
    }

    private StreamingListener open() throws Exception {
        return open(settings());
    }

    private StreamingListener open(Map<String, String> settings) {
        KitContext context = KitContext.of(provider(), "listener", provider().name(), settings);
        contexts.add(context);
        StreamingListener listener = provider().create(context);
        opened.add(listener);
        return listener;
    }

    private void close(StreamingListener listener) throws Exception {
        opened.remove(listener);
        if (listener instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    /** Calls something on a thread of its own, as an engine does; throws what it throws. */
    private <T> T onItsThread(Callable<T> call) throws Exception {
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread = new Thread(task, RealClock.THREADS + "listener");
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(patience().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            thread.interrupt();
            throw new AssertionError("a call of the listener did not return for " + patience(), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof Exception known ? known : e;
        }
    }

    private Void tell(StreamingListener listener, List<StreamingEvent> events) throws Exception {
        return onItsThread(() -> {
            events.forEach(listener::onEvent);
            assertThat(Thread.interrupted())
                    .as("the listener left its thread interrupted")
                    .isFalse();
            return null;
        });
    }

    @Test
    public void required_listener_01_eachListenerIsItsOwn() throws Exception {
        StreamingListener first = open();
        StreamingListener second = open();
        assertThat(first).isNotSameAs(second);
        tell(first, SampleEvents.batch(1));
        close(first);
        tell(second, SampleEvents.batch(1));
        close(second);
    }

    @Test
    public void required_listener_02_everyKindOfEventIsTakenHoweverMuchOrLittleItHolds() throws Exception {
        StreamingListener listener = open();
        for (StreamingEvent event : SampleEvents.ofEveryKind()) {
            tell(listener, List.of(event));
        }
        tell(listener, List.of(SampleEvents.stopped()));
    }

    @Test
    public void stochastic_listener_03_eventsAreTakenInAnyOrderAndWithAnyMissing() throws Exception {
        Seed seed = Seed.next();
        Random random = seed.random();
        StreamingListener listener = open();
        List<StreamingEvent> events = new ArrayList<>(SampleEvents.ofEveryKind());
        for (int i = 0; i < 200; i++) {
            events.addAll(SampleEvents.batch(i));
        }
        Collections.shuffle(events, random);
        events.removeIf(event -> random.nextInt(4) == 0);
        try {
            tell(listener, events);
        } catch (RuntimeException e) {
            throw new AssertionError("the listener threw; " + seed, e);
        }
    }

    @Test
    public void required_listener_04_aListenerKeepsUpWithAnEngine() throws Exception {
        StreamingListener listener = open();
        List<StreamingEvent> events = new ArrayList<>();
        for (int i = 0; i < BATCHES; i++) {
            events.addAll(SampleEvents.batch(i));
        }
        long begin = System.nanoTime();
        tell(listener, events);
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .as("how long the events of " + BATCHES + " batches took")
                .isLessThan(promptness());
    }

    @Test
    public void required_listener_05_aListenerIsMadeToldAndClosedOnDifferentThreads() throws Exception {
        Map<String, String> settings = settings();
        StreamingListener listener = onItsThread(() -> open(settings));
        tell(listener, SampleEvents.batch(1));
        tell(listener, SampleEvents.batch(2));
        onItsThread(() -> {
            close(listener);
            return null;
        });
    }

    @Test
    public void required_listener_06_closeEndsAllThreadsAndMayBeCalledAgainAndUntold() throws Exception {
        StreamingListener listener = open();
        tell(listener, SampleEvents.batch(1));
        tell(listener, List.of(SampleEvents.stopped()));
        close(listener);
        close(listener);
        StreamingListener untold = open();
        close(untold);
        for (KitContext context : contexts) {
            assertThat(context.awaitThreads(patience()))
                    .as("all threads ended; left are " + context.running())
                    .isTrue();
        }
    }

    @Test
    public void required_listener_07_theNextRunFindsTheWayFree() throws Exception {
        for (int run = 0; run < 3; run++) {
            StreamingListener listener = open();
            tell(listener, SampleEvents.batch(run));
            tell(listener, List.of(SampleEvents.stopped()));
            close(listener);
        }
    }

    @Test
    public void required_listener_08_settingsThatCannotBeUsedAreRefusedInWordsThatNameThem() throws Exception {
        assertThatThrownBy(() -> open(Map.of("no-such-setting", "x")))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("no-such-setting");
        for (Map<String, String> settings : unusable()) {
            assertThatThrownBy(() -> open(settings))
                    .as("settings " + settings)
                    .isInstanceOfSatisfying(
                            MillraceException.class,
                            refused -> assertThat(refused.code())
                                    .as(refused.getMessage())
                                    .isEqualTo(ErrorCode.USER_CONFIG))
                    .satisfies(refused -> assertThat(settings.values())
                            .as("values of which '" + refused.getMessage() + "' names one")
                            .anyMatch(value ->
                                    String.valueOf(refused.getMessage()).contains(value)));
        }
        boolean quiet = Patience.holdsWithin(
                patience(),
                () -> contexts.stream().allMatch(context -> context.running().isEmpty()));
        assertThat(quiet).as("no thread is left of what was refused").isTrue();
    }
}
