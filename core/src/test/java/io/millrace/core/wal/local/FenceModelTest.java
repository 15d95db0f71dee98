// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Every interleaving of a writer of epoch 1 and two openers without locks, in steps as small as the file system's. It holds
 * that no epoch is given twice, and that an owner's log has all that was acknowledged. The model finds the faults of
 * protocols that leave out a step.
 */
class FenceModelTest {
    private static final int FRAMES = 2;
    private static final int OPENERS = 2;
    private static final int HIGHEST = 5;

    /** What a protocol does. */
    private record Protocol(boolean claimsBeforeItReads, boolean looksAfterTheAppend, boolean looksAgain) {}

    private static final Protocol RIGHT = new Protocol(true, true, true);

    /**
     * @param files who made each epoch's file; 0 none, 1 the writer, 2 and 3 the openers
     * @param written how many frames the writer has written
     * @param acknowledged how many of them are
     * @param step where the writer is: 0 before a frame, 1 in the middle of it, 2 ended
     * @param openers each one's step, the epoch that it tries, and what it has read
     */
    private record World(String files, int written, int acknowledged, int step, String openers) {
        static World first() {
            return new World("01" + "0".repeat(HIGHEST - 1), 0, 0, 0, "00-".repeat(OPENERS));
        }

        int file(int epoch) {
            return files.charAt(epoch) - '0';
        }

        int highest() {
            for (int epoch = HIGHEST; epoch > 0; epoch--) {
                if (file(epoch) != 0) {
                    return epoch;
                }
            }
            return 0;
        }

        World with(int epoch, int maker) {
            StringBuilder changed = new StringBuilder(files);
            changed.setCharAt(epoch, (char) ('0' + maker));
            return new World(changed.toString(), written, acknowledged, step, openers);
        }

        World writer(int nowWritten, int nowAcknowledged, int nowStep) {
            return new World(files, nowWritten, nowAcknowledged, nowStep, openers);
        }

        int opener(int who, int field) {
            return openers.charAt(3 * who + field) - '0';
        }

        World opener(int who, int at, int epoch, int read) {
            StringBuilder changed = new StringBuilder(openers);
            changed.replace(3 * who, 3 * who + 3, "" + at + epoch + (read < 0 ? "-" : "" + read));
            return new World(files, written, acknowledged, step, changed.toString());
        }
    }

    private static Optional<String> faultOf(Protocol protocol) {
        Set<World> seen = new HashSet<>();
        ArrayDeque<World> open = new ArrayDeque<>();
        open.add(World.first());
        seen.add(World.first());
        while (!open.isEmpty()) {
            World world = open.remove();
            Optional<String> fault = fault(world);
            if (fault.isPresent()) {
                return fault;
            }
            Set<World> next = new HashSet<>();
            writer(protocol, world, next);
            for (int who = 0; who < OPENERS; who++) {
                opener(protocol, world, who, next);
            }
            for (World reached : next) {
                if (seen.add(reached)) {
                    open.add(reached);
                }
            }
        }
        return Optional.empty();
    }

    private static void writer(Protocol protocol, World world, Set<World> next) {
        boolean mine = world.file(1) == 1;
        if (world.step == 0 && world.written < FRAMES) {
            boolean looked = protocol.looksAfterTheAppend || mine;
            // without the look behind it, the one before is a step of its own
            next.add(
                    protocol.looksAfterTheAppend
                            ? world.writer(world.written + 1, world.acknowledged, 1)
                            : world.writer(world.written, world.acknowledged, looked ? 1 : 2));
        } else if (world.step == 1 && protocol.looksAfterTheAppend) {
            next.add(world.writer(world.written, mine ? world.written : world.acknowledged, mine ? 0 : 2));
        } else if (world.step == 1) {
            next.add(world.writer(world.written + 1, world.written + 1, 0));
        }
    }

    /** Steps: 0 look for the highest, 1 create, 2 look again, 3 remove the lower ones, 4 read, 5 own; 6 read too early. */
    private static void opener(Protocol protocol, World world, int who, Set<World> next) {
        int at = world.opener(who, 0);
        int epoch = world.opener(who, 1);
        int read = world.opener(who, 2);
        int me = who + 2;
        switch (at) {
            case 0 -> {
                int wanted = world.highest() + 1;
                if (wanted <= HIGHEST) {
                    next.add(world.opener(who, protocol.claimsBeforeItReads ? 1 : 6, wanted, -1));
                }
            }
            case 6 -> next.add(world.opener(who, 1, epoch, world.written));
            case 1 ->
                next.add(
                        world.file(epoch) != 0
                                ? world.opener(who, 0, 0, -1)
                                : world.with(epoch, me).opener(who, protocol.looksAgain ? 2 : 3, epoch, read));
            case 2 ->
                next.add(
                        world.highest() > epoch
                                ? world.with(epoch, 0).opener(who, 0, 0, -1)
                                : world.opener(who, 3, epoch, read));
            case 3 -> {
                boolean removed = false;
                for (int lower = 1; lower < epoch; lower++) {
                    if (world.file(lower) != 0) {
                        next.add(world.with(lower, 0));
                        removed = true;
                    }
                }
                if (!removed) {
                    next.add(world.opener(who, read < 0 ? 4 : 5, epoch, read));
                }
            }
            case 4 -> next.add(world.opener(who, 5, epoch, world.written));
            default -> {
                // owns the log
            }
        }
    }

    private static Optional<String> fault(World world) {
        for (int who = 0; who < OPENERS; who++) {
            if (world.opener(who, 0) == 5) {
                if (world.acknowledged > world.opener(who, 2)) {
                    return Optional.of("acknowledged and not found: " + world);
                }
                for (int other = 0; other < who; other++) {
                    if (world.opener(other, 0) == 5 && world.opener(other, 1) == world.opener(who, 1)) {
                        return Optional.of("an epoch of two owners: " + world);
                    }
                }
            }
        }
        return Optional.empty();
    }

    @Test
    void noInterleavingLosesWhatWasAcknowledgedOrGivesAnEpochTwice() {
        assertThat(faultOf(RIGHT)).isEmpty();
    }

    @Test
    void aTailThatIsReadBeforeTheClaimLosesWhatWasAcknowledged() {
        assertThat(faultOf(new Protocol(false, true, true))).get().asString().startsWith("acknowledged and not found");
    }

    @Test
    void aLookBeforeTheAppendInPlaceOfTheOneBehindItLosesWhatWasAcknowledged() {
        assertThat(faultOf(new Protocol(true, false, true))).get().asString().startsWith("acknowledged and not found");
    }
}
