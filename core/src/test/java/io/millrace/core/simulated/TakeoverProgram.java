// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulated;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.StreamingContext;
import io.millrace.core.simulation.SimProcess;
import io.millrace.core.simulation.Simulation;
import io.millrace.core.wal.local.SimDiskProvider;
import io.millrace.core.wal.memory.Memory;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalStoreProvider;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Two processes of one program. On a store that locks, the second is refused while the first lives, tries on, and goes on
 * when the first was killed. On a store that fences, it takes over at once, while the first sleeps or works: that one must
 * find out, whatever it is doing, and nobody may read what it still writes. The target of their outputs takes nothing
 * from an epoch when it has seen a later one.
 */
public final class TakeoverProgram implements Simulation.Scenario {
    private static final int AT_LAST = 60;

    private final Random random;
    private final World world = new World(2);
    private final boolean locks;
    private final SimDiskProvider disk;
    private final WalStoreProvider store;
    private final Counting counting;
    private final int processes;
    private volatile boolean complete;
    private int refused;
    private int fenced;

    /** A program that locks with an even seed, and one that fences with an odd one. */
    public TakeoverProgram(long seed) {
        random = new Random(seed);
        locks = seed % 2 == 0;
        disk = new SimDiskProvider(seed, 16_384).paced();
        store = locks ? disk : new SharedMemory(new Memory(16_384));
        counting = Counting.by(random);
        processes = 2 + random.nextInt(3);
    }

    @Override
    public void run(Simulation simulation) {
        SimProcess first = simulation.start("process-1", () -> live(false));
        for (int number = 2; number <= processes; number++) {
            produce(300_000_000);
            boolean last = number == processes;
            boolean asleep = !locks && random.nextBoolean();
            if (asleep) {
                simulation.suspend(first, true);
            }
            SimProcess second = simulation.start("process-" + number, () -> live(last));
            produce(300_000_000);
            if (locks) {
                simulation.killAfter(first, 1 + random.nextInt(300));
                Simulation.await(first::ended);
                disk.kill();
            } else {
                simulation.suspend(first, false);
                Simulation.await(first::ended);
            }
            first.check();
            world.check();
            first = second;
        }
        world.add(AT_LAST);
        complete = true;
        Simulation.await(first::ended);
        first.check();
        world.checkAnswer();
        if (locks ? refused == 0 : fenced < processes - 1) {
            throw new AssertionError(processes + " processes: " + refused + " refused, " + fenced + " fenced");
        }
    }

    private void produce(int nanos) {
        for (int passed = 0; passed < nanos; passed += 10_000_000) {
            Simulation.pauseUpTo(20_000_000);
            world.add(random.nextInt(8));
        }
    }

    private void live(boolean last) {
        try {
            StreamingContext context = started();
            if (!last) {
                context.awaitTermination();
                world.broken("the program ended by itself");
                return;
            }
            while (!complete || !world.allSeen()) {
                LockSupport.parkNanos(2_000_000);
            }
            if (!context.stopGracefully(Duration.ofMinutes(5))) {
                world.broken("the program did not stop in order");
            }
        } catch (MillraceException replaced) {
            if (locks || last || replaced.code() != ErrorCode.FENCED) {
                throw replaced;
            }
            fenced++;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** As a supervisor does: again and again, until nobody else has the logs. */
    private StreamingContext started() {
        while (true) {
            StreamingContext context = counting.program(world, store, Map.of());
            try {
                context.start();
                return context;
            } catch (WalException held) {
                if (!locks || held.reason() != Reason.LOCKED) {
                    throw held;
                }
                refused++;
                LockSupport.parkNanos(20_000_000);
            }
        }
    }
}
