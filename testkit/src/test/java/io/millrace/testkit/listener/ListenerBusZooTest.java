// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingEvent.EventsDropped;
import io.millrace.api.listener.StreamingEvent.ReceiverInfo;
import io.millrace.api.listener.StreamingEvent.ReceiverStarted;
import io.millrace.api.listener.StreamingListener;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Engines that tell a listener wrongly, in one way each: a {@link CheckedListener} must note that clause, and no other. */
class ListenerBusZooTest {
    private static final Instant AT = Instant.parse("2000-01-01T00:00:00Z");

    private final CheckedListener listener = new CheckedListener();

    private void tell(List<StreamingEvent> events) {
        events.forEach(listener::onEvent);
    }

    private void assertBreaks(String clause) {
        assertThat(listener.breaches()).isNotEmpty().allMatch(breach -> breach.startsWith(clause + ": "));
    }

    private static List<StreamingEvent> without(int left, List<StreamingEvent> events) {
        List<StreamingEvent> others = new ArrayList<>(events);
        others.remove(left);
        return others;
    }

    @Test
    void oneThatTellsRightlyBreaksNothing() throws Exception {
        for (int batch = 0; batch < 3; batch++) {
            tell(SampleEvents.batch(batch));
        }
        listener.onEvent(SampleEvents.stopped());
        listener.close();
        assertThat(listener.breaches()).isEmpty();
        assertThat(listener.isStopped()).isTrue();
        assertThat(listener.isClosed()).isTrue();
        assertThat(listener.events()).isEqualTo(22);
    }

    @Test
    void L20_oneThatTellsOnTwoThreads() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        CheckedListener slow = new CheckedListener(new StreamingListener() {
            @Override
            public void onEvent(StreamingEvent event) {
                if (inside.getCount() > 0) {
                    inside.countDown();
                    try {
                        second.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
            }
        });
        Thread other = new Thread(() -> slow.onEvent(SampleEvents.batch(1).get(0)), "the-bus");
        other.start();
        inside.await();
        slow.onEvent(SampleEvents.batch(2).get(0));
        second.countDown();
        other.join();
        assertThat(slow.breaches())
                .singleElement()
                .satisfies(breach -> assertThat(breach).startsWith("L-20: ").contains("within a call on the-bus"));
    }

    @Test
    void L21_oneThatTellsInAnotherOrder() {
        List<StreamingEvent> events = new ArrayList<>(SampleEvents.batch(1));
        Collections.swap(events, 0, 2); // started before submitted
        tell(events);
        assertBreaks("L-21");
    }

    @Test
    void L21_oneThatLeavesOutAStep() {
        tell(without(5, SampleEvents.batch(1))); // committed, but never completed
        assertBreaks("L-21");
    }

    @Test
    void L21_oneThatTellsTwice() {
        tell(SampleEvents.batch(1).subList(0, 4));
        listener.onEvent(SampleEvents.batch(1).get(3)); // the output's start
        assertBreaks("L-21");
    }

    @Test
    void L21_oneThatEndsAnOutputThatNeverBegan() {
        tell(without(3, SampleEvents.batch(1)));
        assertBreaks("L-21");
    }

    @Test
    void L21_oneThatSaysWhatItDroppedMayLeaveOut() {
        listener.onEvent(new EventsDropped(AT, 3));
        tell(SampleEvents.batch(1).subList(3, 7));
        assertThat(listener.breaches()).isEmpty();
    }

    @Test
    void L22_oneThatGoesOnAfterTheEnd() {
        listener.onEvent(SampleEvents.stopped());
        tell(SampleEvents.batch(1));
        assertBreaks("L-22");
    }

    @Test
    void L23_oneThatGoesOnAfterTheClose() throws Exception {
        listener.onEvent(SampleEvents.stopped());
        listener.close();
        listener.onEvent(new EventsDropped(AT, 1));
        assertBreaks("L-23");
    }

    @Test
    void L23_oneThatClosesTwice() throws Exception {
        listener.close();
        listener.close();
        assertBreaks("L-23");
    }

    @Test
    void L24_oneWhoseReceiversGrowYounger() {
        listener.onEvent(new ReceiverStarted(AT, new ReceiverInfo("lines", "kit", 7)));
        listener.onEvent(new ReceiverStarted(AT, new ReceiverInfo("others", "kit", 1)));
        assertThat(listener.breaches()).isEmpty();
        listener.onEvent(new ReceiverStarted(AT, new ReceiverInfo("lines", "kit", 7)));
        assertBreaks("L-24");
    }
}
