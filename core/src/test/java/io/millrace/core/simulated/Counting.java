// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulated;

import io.millrace.api.DStream;
import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingListener;
import io.millrace.core.simulation.Simulation;
import io.millrace.spi.wal.WalStoreProvider;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A program that counts the world's records by key.
 *
 * @param input {@code pushed} or {@code ranged}
 * @param mostPauseNanos how long its output takes at most over a batch
 */
record Counting(String input, Duration interval, Duration blockInterval, int mostPauseNanos) {
    /** One by chance. */
    static Counting by(Random random) {
        return new Counting(
                random.nextInt(3) == 0 ? "ranged" : "pushed",
                Duration.ofMillis(5 + random.nextInt(30)),
                Duration.ofMillis(2 + random.nextInt(10)),
                random.nextInt(3) == 0 ? 100_000_000 : 0);
    }

    /** The program in a process of its own, not started. */
    StreamingContext program(World world, WalStoreProvider store, Map<String, String> settings) {
        StreamingContext context = StreamingContext.builder("counting")
                .batchInterval(interval)
                .checkpoint(URI.create(store.name() + ":///sim"))
                .clock(new SimulatedClock())
                .provider(store)
                .provider(new PushedInput(world))
                .provider(new RangedInput(world))
                .set("block.interval", blockInterval.toMillis() + "ms")
                .set("ledger.snapshot-after", "4KiB")
                .set("state.snapshot-after", "4KiB")
                .set("scheduler.threads", "2")
                .set(settings)
                .listener(new StreamingListener() {
                    @Override
                    public void onEvent(StreamingEvent event) {
                        if (event instanceof BatchCommitted done) {
                            world.committed(done.batchTime().toEpochMilli());
                        }
                    }
                })
                .build();
        DStream<String> lines = context.receive("lines", input, Map.of()).map(record -> record.valueUtf8());
        lines.foreachBatch("lines", batch -> {
            List<String> all = new ArrayList<>();
            batch.forEach(all::add);
            if (mostPauseNanos > 0 && !all.isEmpty()) {
                Simulation.pauseUpTo(mostPauseNanos);
            }
            if (!all.isEmpty()) {
                world.output(batch.id().epoch(), batch.id().batchTime().toEpochMilli(), all);
            }
        });
        lines.mapToPair(line -> Pair.of(line.substring(0, line.indexOf(' ')), 1L))
                .runningReduce("totals", Codecs.STRING, Codecs.LONG, Long::sum)
                .foreachBatch(
                        "totals",
                        batch -> batch.forEach(total -> world.total(
                                batch.id().epoch(),
                                batch.id().batchTime().toEpochMilli(),
                                total.key(),
                                total.value())));
        return context;
    }
}
