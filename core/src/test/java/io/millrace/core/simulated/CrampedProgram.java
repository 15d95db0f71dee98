// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulated;

import io.millrace.api.StreamingContext;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingEvent.EventsDropped;
import io.millrace.api.listener.StreamingListener;
import io.millrace.core.simulation.SimProcess;
import io.millrace.core.simulation.Simulation;
import io.millrace.core.wal.local.SimDiskProvider;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * A program whose source has more than it can take, whose output and listener are slow, and whose disk is full for a
 * while. What it has taken and not put out stays below its limits, so do its threads, and everything is counted once in
 * the end.
 */
public final class CrampedProgram implements Simulation.Scenario {
    private static final long UNACKNOWLEDGED = 64 << 10;
    private static final long BACKLOG = 1 << 20;
    private static final long BLOCK = 4 << 10;
    private static final int RECORDS = 2_600;
    private static final int RECORD_BYTES = 1_000;
    private static final int MOST_THREADS = 48;

    private final World world = new World(2, RECORD_BYTES);
    private final SimDiskProvider disk;
    private final Counting counting;
    private boolean dropped;

    /** A program, its slowness and its disk. */
    public CrampedProgram(long seed) {
        Random random = new Random(seed);
        disk = new SimDiskProvider(seed, 65_536).paced();
        counting =
                new Counting("pushed", Duration.ofMillis(20 + random.nextInt(50)), Duration.ofMillis(5), 2_000_000_000);
    }

    @Override
    public void run(Simulation simulation) {
        world.add(RECORDS);
        SimProcess process = simulation.start("process", this::live);
        Simulation.await(() -> world.taken() > RECORDS / 20 || process.ended());
        process.check();
        disk.room(0); // but for what is freed by batches that commit
        Simulation.pause(5_000_000_000L);
        if (process.ended() || world.taken() == RECORDS) {
            world.broken("a full disk held nothing back: " + world.taken() + " records were taken");
        }
        disk.room(Long.MAX_VALUE);
        Simulation.await(process::ended);
        process.check();
        world.checkAnswer();
        long most = UNACKNOWLEDGED + BACKLOG + 2 * BLOCK;
        if (world.mostAhead() * RECORD_BYTES > most || world.mostAhead() * RECORD_BYTES < BACKLOG / 2) {
            throw new AssertionError(world.mostAhead() + " records were taken and not put out; " + most
                    + " bytes are the most, and half of the backlog the least that shows that it was tried");
        }
        if (simulation.mostThreads() > MOST_THREADS || !dropped) {
            throw new AssertionError(simulation.mostThreads() + " threads, events dropped: " + dropped);
        }
    }

    private void live() {
        StreamingContext context = counting.program(
                world,
                disk,
                Map.of(
                        "receiver.max-unacknowledged", UNACKNOWLEDGED + "B",
                        "receiver.max-backlog", BACKLOG + "B",
                        "block.max-bytes", BLOCK + "B",
                        "listener.queue-size", "16"));
        context.addListener(new StreamingListener() {
            @Override
            public void onEvent(StreamingEvent event) {
                dropped |= event instanceof EventsDropped;
                Simulation.pause(100_000_000);
            }
        });
        context.start();
        while (!world.allSeen()) {
            LockSupport.parkNanos(10_000_000);
        }
        if (!context.stopGracefully(Duration.ofMinutes(5))) {
            world.broken("the program did not stop in order");
        }
    }
}
