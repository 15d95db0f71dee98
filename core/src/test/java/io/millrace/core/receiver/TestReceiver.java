// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.receiver;

import io.millrace.api.source.Position;
import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverContext;
import io.millrace.spi.receiver.RecordAppender;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A receiver that a test plays by hand, and that notes how it is called. */
class TestReceiver implements Receiver {
    /** What was called, in order. */
    final List<String> calls = new CopyOnWriteArrayList<>();

    final List<DurableMark> marks = new CopyOnWriteArrayList<>();

    volatile ReceiverContext context;
    volatile Optional<String> trouble = Optional.empty();
    private int partition;
    private long next;

    @Override
    public void start(ReceiverContext given) throws Exception {
        calls.add("start");
        given.begin(Map.of("p", Position.of(0)));
        partition = given.appender().partition("p");
        next = given.positions().getOrDefault("p", Position.of(0)).number();
        given.appender().onReady(() -> calls.add("ready"));
        context = given;
    }

    @Override
    public void pause() {
        calls.add("pause");
    }

    @Override
    public void resume() {
        calls.add("resume");
    }

    @Override
    public void durable(DurableMark mark) {
        calls.add("durable");
        marks.add(mark);
    }

    @Override
    public Optional<String> trouble() {
        return trouble;
    }

    @Override
    public void stop(Duration deadline) {
        calls.add("stop");
    }

    RecordAppender appender() {
        return context.appender();
    }

    /** Appends a record with a position. */
    boolean append(String value) {
        boolean taken = appender().append(partition, next, next + 1, 0, null, utf8(value), List.of());
        if (taken) {
            next++;
        }
        return taken;
    }

    /** Appends a record that waits for {@link #mark}. */
    boolean appendUnmarked(String value) {
        boolean taken = appender().append(partition, 0, null, utf8(value), List.of());
        if (taken) {
            next++;
        }
        return taken;
    }

    void mark() {
        appender().mark(partition, Position.of(next));
    }

    private static ByteBuffer utf8(String value) {
        return ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8));
    }
}
