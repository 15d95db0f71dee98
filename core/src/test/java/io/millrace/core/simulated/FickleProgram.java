// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulated;

import io.millrace.api.StreamingContext;
import io.millrace.spi.wal.WalStoreProvider;
import java.time.Duration;
import java.util.Map;
import java.util.Random;

/**
 * A {@link CountingProgram} whose source gives other answers each time that it is asked where partitions begin and end and
 * what to read next, and which has other settings in each of its lives.
 */
public final class FickleProgram extends CountingProgram {
    private final World world;
    private final Random random;

    /** A program, its world and its deaths. */
    public FickleProgram(long seed) {
        this(new World(PARTITIONS).fickle(new Random(~seed)), seed);
    }

    private FickleProgram(World world, long seed) {
        super(seed, world);
        this.world = world;
        this.random = new Random(seed + 1);
    }

    @Override
    StreamingContext program(Counting as, boolean last, WalStoreProvider store) {
        Counting now = new Counting(
                as.input(),
                Duration.ofMillis(5 + random.nextInt(30)),
                Duration.ofMillis(2 + random.nextInt(10)),
                as.mostPauseNanos());
        Map<String, String> settings = Map.of(
                "scheduler.threads",
                Integer.toString(1 + random.nextInt(4)),
                "block.memory",
                random.nextBoolean() ? "0B" : "1MiB",
                "receiver.max-rate",
                last ? "0" : Integer.toString(100 + random.nextInt(1_000)),
                "direct.initial-rate",
                Integer.toString(100 + random.nextInt(1_000)));
        return now.program(world, store, settings);
    }
}
