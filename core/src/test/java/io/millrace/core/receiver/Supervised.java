// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingEvent.ReceiverError;
import io.millrace.core.block.BlockArrays;
import io.millrace.core.block.BlockSettings;
import io.millrace.spi.receiver.Receiver;
import io.millrace.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A supervisor on a clock that stands still, with all that it needs; receivers come from a queue or are made alike. */
final class Supervised {
    static final ReceiverSettings SETTINGS =
            new ReceiverSettings(BlockSettings.DEFAULTS, Duration.ofMillis(50), 1 << 20, Duration.ofSeconds(10));

    final ManualClock clock = new ManualClock();
    final TestIntake intake;
    final List<StreamingEvent> events = new CopyOnWriteArrayList<>();
    final List<Thread> threads = new CopyOnWriteArrayList<>();
    final List<TestReceiver> receivers = new CopyOnWriteArrayList<>();
    final ReceiverSupervisor supervisor;

    private final LinkedBlockingQueue<Receiver> prepared = new LinkedBlockingQueue<>();

    Supervised() {
        this(SETTINGS);
    }

    Supervised(ReceiverSettings settings) {
        this(settings, new TestIntake());
    }

    private Supervised(ReceiverSettings settings, TestIntake intake) {
        this(settings, intake, intake);
    }

    /** With an intake of the test's own. */
    static Supervised of(ReceiverSettings settings, Intake intake) {
        return new Supervised(settings, new TestIntake(), intake);
    }

    private Supervised(ReceiverSettings settings, TestIntake unlessAnother, Intake intake) {
        this.intake = unlessAnother;
        Supplier<Receiver> made = () -> {
            Receiver first = prepared.poll();
            if (first != null) {
                return first;
            }
            TestReceiver receiver = new TestReceiver();
            receivers.add(receiver);
            return receiver;
        };
        ReceiverInput input = new ReceiverInput("lines", "test", made, task -> {
            Thread thread = new Thread(task, "receiver-lines");
            threads.add(thread);
            return thread;
        });
        supervisor = new ReceiverSupervisor(
                input, settings, intake, events::add, clock, new Random(1), new BlockArrays(1 << 20, true));
    }

    /** Waits for what another thread is about to do. */
    static ConditionFactory soon() {
        return Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(30));
    }

    /** The receivers of the next incarnations, before those that this makes itself. */
    Supervised first(Receiver... those) {
        prepared.addAll(List.of(those));
        return this;
    }

    /** Starts the supervisor and waits for the first receiver. */
    TestReceiver start() {
        supervisor.start();
        return receiver(1);
    }

    /** The n-th receiver that this made, once it runs. */
    TestReceiver receiver(int number) {
        soon().until(() -> receivers.size() >= number && supervisor.running());
        return receivers.get(number - 1);
    }

    /** Lets a back-off or a watch pass, in steps, until the receiver runs. */
    TestReceiver restarted(int number) {
        soon().until(() -> {
            clock.advance(Duration.ofMillis(100));
            return receivers.size() >= number && supervisor.running();
        });
        return receivers.get(number - 1);
    }

    void cut() {
        clock.advance(Duration.ofMillis(50));
    }

    void awaitCalls(TestReceiver receiver, String... calls) {
        soon().untilAsserted(() -> assertThat(receiver.calls).containsExactly(calls));
    }

    <E extends StreamingEvent> List<E> events(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    List<String> errors() {
        return events(ReceiverError.class).stream().map(ReceiverError::message).toList();
    }

    List<String> eventKinds() {
        return events.stream().map(event -> event.getClass().getSimpleName()).toList();
    }

    /** Stops, and sees to it that nothing is left behind. */
    void stop() throws Exception {
        supervisor.stop(Duration.ofSeconds(5)).get(30, TimeUnit.SECONDS);
        assertNothingLeft();
    }

    void assertNothingLeft() throws InterruptedException {
        for (Thread thread : new ArrayList<>(threads)) {
            thread.join(30_000);
            assertThat(thread.isAlive()).as("%s is alive", thread).isFalse();
        }
        assertThat(clock.pending()).as("timers").isZero();
    }
}
