// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Kills the process, and cuts the power, at every single change that a store makes to its disk, and at random ones with
 * a disk that fails besides. Whatever is left, the next start must find what was acknowledged, and nothing that was
 * refused; and whatever is damaged then is named. A failure names the seed that repeats it ({@link Seeds}).
 */
@Timeout(3600)
class LocalWalCrashTest {
    private static final LocalWalSettings SMALL = new LocalWalSettings(4096, 0, true);
    private static final int SAME_SIZE = 40;

    @Test
    void deathAtEveryChangeLosesNothing() {
        int changes = everyDeath(1, true);
        assertThat(changes).as("the script makes changes to die at").isGreaterThan(50);
    }

    @Test
    void powerFailureAtEveryChangeLosesNothing() {
        for (long seed = 0; seed < 5; seed++) {
            everyDeath(seed, false);
        }
    }

    /** Runs one script again and again, dying one change later each time, until it comes through. */
    private static int everyDeath(long seed, boolean power) {
        for (int dieAt = 1; ; dieAt++) {
            SimDisk disk = new SimDisk(seed * 10_000 + dieAt);
            SimProgram program = new SimProgram(disk, SMALL);
            program.aloneBytes((int) (seed % 2) * 500);
            try {
                disk.dieAt(dieAt);
                boolean through = script(program);
                end(program, power);
                program.start();
                program.append(100);
                end(program, !power);
                program.start();
                if (through) {
                    return dieAt;
                }
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", death at change " + dieAt + ": " + e.getMessage(), e);
            }
        }
    }

    private static boolean script(SimProgram program) {
        try {
            program.start();
            program.append(10);
            program.append(1500);
            program.roll();
            program.append(3000);
            program.append(3000);
            program.append(100);
            program.disk.failForces(1);
            program.append(700);
            program.append(10);
            program.trim();
            program.append(10);
            program.holdBackground(true);
            program.append(600);
            program.append(600);
            program.clock.advance(Duration.ofSeconds(61));
            program.disk.failForces(1);
            program.runBackground();
            program.append(10);
            program.stop();
            program.start();
            program.append(2000);
            program.trim();
            program.append(3000);
            return true;
        } catch (SimDisk.Death death) {
            return false;
        }
    }

    @Test
    void whateverFailsAndWheneverItDiesALogHoldsWhatWasAcknowledged() {
        Seeds.run(1, LocalWalCrashTest::randomLives);
    }

    private static int randomLives(long seed) {
        Random random = new Random(seed);
        SimDisk disk = new SimDisk(seed);
        SimProgram program = new SimProgram(disk, SMALL);
        program.aloneBytes(random.nextInt(3) * 500);
        int lives = 2 + random.nextInt(8);
        for (int life = 0; life < lives; life++) {
            try {
                if (random.nextBoolean()) {
                    disk.dieAt(1 + random.nextInt(120));
                }
                program.start();
                live(program, random);
                if (random.nextInt(4) == 0) {
                    program.stop();
                }
            } catch (SimDisk.Death death) {
                // the next life finds out
            }
            end(program, random.nextBoolean());
        }
        program.start();
        program.die();
        disk.kill();
        program.damage(random);
        program.start();
        return lives;
    }

    private static void live(SimProgram program, Random random) {
        for (int steps = random.nextInt(40); steps > 0; steps--) {
            step(program, random);
        }
    }

    @Test
    void aDiskThatLiesMayLoseTheEndButNeverBringsGarbage() {
        Seeds.run(0.25, LocalWalCrashTest::lies);
    }

    private static int lies(long seed) {
        Random random = new Random(seed);
        SimDisk disk = new SimDisk(seed);
        SimProgram program = new SimProgram(disk, SMALL);
        program.aloneBytes(random.nextInt(3) * 500);
        program.start();
        try {
            disk.dieAt(10 + random.nextInt(120));
            live(program, random);
            disk.lie(1 + random.nextInt(5));
            live(program, random);
        } catch (SimDisk.Death death) {
            // the next life finds out
        }
        end(program, true);
        try {
            program.startAfterLies();
        } catch (WalException damage) {
            assertThat(damage.reason()).isEqualTo(Reason.CORRUPT);
            assertThat(damage).hasMessageContaining("/sim/");
        } finally {
            program.die();
        }
        return 1;
    }

    private static void step(SimProgram program, Random random) {
        SimDisk disk = program.disk;
        switch (random.nextInt(16)) {
            case 0 -> program.roll();
            case 1 -> trim(program);
            case 2 -> disk.failForces(1 + random.nextInt(2));
            case 3 -> disk.failWrites(1 + random.nextInt(2));
            case 4 -> disk.failCreates(1);
            case 5 -> disk.room(random.nextInt(3000));
            case 6 -> disk.room(Long.MAX_VALUE);
            case 7 -> program.clock.advance(Duration.ofSeconds(random.nextInt(100)));
            case 8 -> program.holdBackground(random.nextInt(3) > 0);
            case 9 -> program.runBackground();
            case 10 -> program.append(SAME_SIZE);
            default -> program.append(random.nextInt(random.nextBoolean() ? 50 : 3000));
        }
    }

    private static void trim(SimProgram program) {
        try {
            program.trim();
        } catch (WalException e) {
            // the disk fails at times; a trim need not succeed
            assertThat(e.reason()).isIn(Reason.TRANSIENT, Reason.FULL);
        }
    }

    private static void end(SimProgram program, boolean power) {
        program.die();
        if (power) {
            program.disk.powerFailure();
        } else {
            program.disk.kill();
        }
        program.disk.room(Long.MAX_VALUE);
    }
}
