// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulated;

import io.millrace.api.StreamingContext;
import io.millrace.core.simulation.SimProcess;
import io.millrace.core.simulation.Simulation;
import io.millrace.core.wal.local.SimDiskProvider;
import io.millrace.spi.wal.WalStoreProvider;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that dies some times, at any step of any of its threads or in the middle of a change of the disk, by itself
 * or with the power; the last time it reads on to the end and stops in order. Everything must have been counted once
 * then, each batch must have had the same records whenever it ran, and nothing acknowledged may be missing.
 */
public class CountingProgram implements Simulation.Scenario {
    static final int PARTITIONS = 2;
    private static final int AT_LAST = 60;
    private static final Duration STOP = Duration.ofMinutes(5);

    private final Random random;
    private final World world;
    private final SimDiskProvider disk;
    private final Counting counting;
    private final int lives;
    private volatile boolean complete;

    /** A program, its world and its deaths. */
    public CountingProgram(long seed) {
        this(seed, new World(PARTITIONS));
    }

    CountingProgram(long seed, World world) {
        this.world = world;
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
            if (!last) {
                end(simulation, process, disk, random);
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

    /** Lets a process die some time. */
    void end(Simulation simulation, SimProcess process, SimDiskProvider of, Random chance) {
        if (chance.nextBoolean()) {
            of.dieAt(1 + chance.nextInt(150));
        } else {
            simulation.killAfter(process, 1 + chance.nextInt(3_000));
        }
    }

    /** What the program is in one of its lives. */
    StreamingContext program(Counting as, boolean last, WalStoreProvider store) {
        return as.program(world, store, Map.of());
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
        StreamingContext context = program(counting, last, disk);
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
