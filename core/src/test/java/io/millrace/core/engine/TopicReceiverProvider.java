// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.source.Position;
import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverContext;
import io.millrace.spi.receiver.ReceiverProvider;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Reads a {@link Topic} by pushing; acknowledges to it what is durable. */
public final class TopicReceiverProvider implements ReceiverProvider {
    private static final ConfigOption<String> TOPIC =
            ConfigOption.text("topic", "which topic").asRequired();

    @Override
    public String name() {
        return "topic-receiver";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of(TOPIC);
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.POSITIONS;
    }

    @Override
    public Map<String, Position> published(PluginContext context) {
        return Topic.find(context.settings().get(TOPIC)).published();
    }

    @Override
    public Receiver create(PluginContext context) {
        return new TopicReceiver(context, Topic.find(context.settings().get(TOPIC)));
    }

    private static final class TopicReceiver implements Receiver {
        private final PluginContext plugin;
        private final Topic topic;
        private volatile boolean stopped;
        private volatile boolean paused;
        private @Nullable Thread thread;

        TopicReceiver(PluginContext plugin, Topic topic) {
            this.plugin = plugin;
            this.topic = topic;
        }

        @Override
        public void start(ReceiverContext context) throws Exception {
            Map<String, Position> known = context.positions();
            Map<String, Position> begun = new HashMap<>();
            for (int p = 0; p < topic.partitions(); p++) {
                if (!known.containsKey(topic.partition(p))) {
                    begun.put(topic.partition(p), Position.of(0));
                }
            }
            if (!begun.isEmpty()) {
                context.begin(begun);
            }
            Thread made = plugin.threads().newThread(() -> receive(context, known));
            thread = made;
            context.appender().onReady(() -> LockSupport.unpark(made));
            made.start();
        }

        private void receive(ReceiverContext context, Map<String, Position> known) {
            long[] next = new long[topic.partitions()];
            int[] indexes = new int[topic.partitions()];
            for (int p = 0; p < next.length; p++) {
                next[p] = known.getOrDefault(topic.partition(p), Position.of(0)).number();
                indexes[p] = context.appender().partition(topic.partition(p));
            }
            while (!stopped) {
                boolean any = false;
                for (int p = 0; p < next.length && !paused; p++) {
                    while (next[p] < topic.end(p) && append(context, indexes[p], p, next[p])) {
                        next[p]++;
                        any = true;
                    }
                }
                if (!any) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
        }

        private boolean append(ReceiverContext context, int index, int p, long offset) {
            ByteBuffer value = ByteBuffer.wrap(topic.record(p, offset));
            return !stopped && context.appender().append(index, offset, offset + 1, -1, null, value, List.of());
        }

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            paused = false;
        }

        @Override
        public void durable(DurableMark mark) {
            topic.acknowledge(mark.positions());
        }

        @Override
        public void stop(Duration deadline) {
            stopped = true;
            Thread receiving = thread;
            if (receiving != null) {
                try {
                    receiving.join(deadline.toMillis() + 1);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
