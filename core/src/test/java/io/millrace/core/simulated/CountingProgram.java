// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulated;

import io.millrace.api.StreamingContext;
import io.millrace.core.simulation.SimProcess;
import io.millrace.core.simulation.Simulation;
import io.millrace.core.wal.local.SimDiskProvider;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that dies some times, at any step of any of its threads or in the middle of a change of the disk, by itself
 * or with the power; the last time it reads on to the end and stops in order. Everything must have been counted once
 * then, each batch must have had the same records whenever it ran, and nothing acknowledged may be missing.
 */
public final class CountingProgram implements Simulation.Scenario {
    private static final int PARTITIONS = 2;
    private static final int AT_LAST = 60;
    private static final Duration STOP = Duration.ofMinutes(5);

    private final Random random;
    private final World world = new World(PARTITIONS);
    private final SimDiskProvider disk;
    private final Counting counting;
    private final int lives;
    private volatile boolean complete;

    /** A program, its world and its deaths. */
    public CountingProgram(long seed) {
        random = new Random(seed);
        disk = new SimDiskProvider(seed, 4_096L << random.nextInt(4)).paced();
        counting = Counting.by(random);
        lives = 2 + random.nextInt(4);
    }

    @Override
    public void run(Simulation simulation) {
        for (int life = 1; life <= lives; life++) {
            boolean last = life == lives;
            SimProcess process = simulation.start("life-" + life, () -> live(last));
            if (!last && random.nextBoolean()) {
                disk.dieAt(1 + random.nextInt(150));
            } else if (!last) {
                simulation.killAfter(process, 1 + random.nextInt(3_000));
            }
            produce(process, last ? world.added() + AT_LAST : Integer.MAX_VALUE);
            process.check();
            if (random.nextBoolean()) {
                disk.powerFailure();
            } else {
                disk.kill();
            }
            world.check();
        }
        world.checkAnswer();
    }

    /** Adds records from time to time, until the process has ended. */
    private void produce(SimProcess process, int until) {
        complete = false;
        while (!process.ended() && world.added() < until) {
            Simulation.pauseUpTo(8_000_000);
            world.add(random.nextInt(6));
        }
        complete = true;
        Simulation.await(process::ended);
    }

    /** The main thread of a process. */
    private void live(boolean last) {
        StreamingContext context = counting.program(world, disk, Map.of());
        context.start();
        if (last) {
            while (!complete || !world.allSeen()) {
                LockSupport.parkNanos(2_000_000);
            }
            if (!context.stopGracefully(STOP)) {
                world.broken("the program did not stop in order");
            }
            return;
        }
        try {
            context.awaitTermination();
            world.broken("the program ended by itself");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
