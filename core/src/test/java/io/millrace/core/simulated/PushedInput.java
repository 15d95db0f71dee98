// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulated;

import io.millrace.api.source.Position;
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

/** Pushes the records of the world, and acknowledges to it what is durable. */
final class PushedInput implements ReceiverProvider {
    private final World world;

    PushedInput(World world) {
        this.world = world;
    }

    @Override
    public String name() {
        return "pushed";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.POSITIONS;
    }

    @Override
    public Receiver create(PluginContext context) {
        return new Pushing(context);
    }

    private final class Pushing implements Receiver {
        private final PluginContext plugin;
        private volatile boolean stopped;
        private volatile boolean paused;
        private volatile Thread thread;

        Pushing(PluginContext plugin) {
            this.plugin = plugin;
        }

        @Override
        public void start(ReceiverContext context) throws Exception {
            Map<String, Position> known = new HashMap<>(context.positions());
            Map<String, Position> begun = new HashMap<>();
            for (int p = 0; p < world.partitions(); p++) {
                if (!known.containsKey(World.name(p))) {
                    begun.put(World.name(p), Position.of(0));
                }
            }
            world.resume(known);
            Map<String, Position> said = world.hearsay(known);
            said.putAll(begun);
            if (!said.isEmpty()) {
                context.begin(said);
                known.putAll(begun);
            }
            Thread made = plugin.threads().newThread(() -> push(context, known));
            thread = made;
            context.appender().onReady(() -> LockSupport.unpark(made));
            made.start();
        }

        private void push(ReceiverContext context, Map<String, Position> from) {
            long[] next = new long[world.partitions()];
            int[] indexes = new int[next.length];
            for (int p = 0; p < next.length; p++) {
                next[p] = from.get(World.name(p)).number();
                indexes[p] = context.appender().partition(World.name(p));
            }
            while (!stopped) {
                boolean any = false;
                for (int p = 0; p < next.length; p++) {
                    while (!paused && !stopped && next[p] < world.end(p) && push(context, indexes[p], p, next[p])) {
                        next[p]++;
                        any = true;
                    }
                }
                if (!any) {
                    LockSupport.parkNanos(2_000_000);
                }
            }
        }

        private boolean push(ReceiverContext context, int index, int p, long offset) {
            ByteBuffer value = ByteBuffer.wrap(world.record(p, offset));
            boolean taken = context.appender().append(index, offset, offset + 1, -1, null, value, List.of());
            if (taken) {
                world.take();
            }
            return taken;
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
            world.acknowledge(mark.positions());
        }

        @Override
        public void stop(Duration deadline) {
            stopped = true;
            Thread pushing = thread;
            if (pushing != null) {
                LockSupport.unpark(pushing);
                try {
                    pushing.join(deadline.toMillis() + 1);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
