// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.invariant;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.ContextState;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.StreamingContext;
import io.millrace.core.checkpoint.Checkpoint;
import io.millrace.core.checkpoint.CheckpointSummary;
import io.millrace.core.invariant.Damage.Spoiled;
import io.millrace.core.wal.local.SimDiskProvider;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Invariant 5: a torn end is cut silently, a damaged middle is an error that names file, offset and what to do; never
 * garbage, never a silent gap. Every kind of byte of every kind of log of a whole program is changed, and segments are
 * lost, cut, swapped and brought from elsewhere; whoever looks at the checkpoint and whoever starts on it finds either
 * that, or exactly what was there.
 */
@Timeout(3600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TornOrCorruptTest {
    private static final URI PLACE = URI.create("simulated:///sim");
    private static final Path ROOT = Path.of("/sim");
    private static final int ROUNDS = 60;

    /** How many damages of a kind somebody starts the program on. */
    private static final int STARTS = Integer.getInteger("millrace.test.damage-starts", 3);

    private final SimDiskProvider disk = new SimDiskProvider(1, 2_048);
    private final Counted counted = new Counted("topic-receiver", 1, disk, PLACE);
    private final Map<Path, byte[]> intact = new TreeMap<>();
    private Runnable asItWas = () -> {};
    private @Nullable CheckpointSummary right;

    /**
     * Logs of some segments each: facts and states of batches that are committed, one batch that is planned, and blocks for
     * it and for later. They are closed in order.
     */
    @BeforeAll
    void write() {
        AtomicInteger seen = new AtomicInteger();
        counted.output(batch -> {
            if (seen.incrementAndGet() > ROUNDS / 2) {
                counted.awaitAcknowledged(3 * ROUNDS);
                throw new IllegalStateException("not yet");
            }
        });
        try (StreamingContext context =
                counted.program(Map.of("ledger.snapshot-after", "1MiB", "state.snapshot-after", "1MiB"))) {
            context.start();
            for (int round = 1; round <= ROUNDS; round++) {
                counted.add(3);
                int batches = Math.min(round, ROUNDS / 2);
                int records = 3 * round;
                counted.awaitThat(context, () -> seen.get() >= batches && counted.acknowledged() >= records);
            }
            counted.awaitThat(context, () -> false);
        }
        disk.kill();
        counted.output(batch -> {});
        disk.files().forEach(file -> intact.put(file, disk.bytes(file)));
        asItWas = counted.remember();
        right = look();
        for (String log : List.of("ledger", "state", "data")) {
            assertThat(segments(log)).as(log).hasSizeGreaterThanOrEqualTo(3);
        }
    }

    private List<Path> segments(String log) {
        return intact.keySet().stream()
                .filter(file ->
                        file.startsWith(ROOT.resolve(log)) && file.toString().endsWith(".wal"))
                .toList();
    }

    private void restore() {
        disk.kill();
        disk.files().forEach(disk::delete);
        intact.forEach(disk::replaceBytes);
        asItWas.run();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ledger", "state", "data"})
    void everyKindOfByteOfALog(String log) {
        List<Path> segments = segments(log);
        List<Spoiled> all = new ArrayList<>();
        for (int index : new int[] {0, segments.size() / 2, segments.size() - 1}) {
            all.addAll(Damage.ofFrames(segments.get(index), intact.get(segments.get(index))));
        }
        int named = tryAll(all);
        // an entry is found by its place and known by its checksum, so what stands around it need not be whole; and
        // what
        // batches that are committed read is not needed any more
        assertThat(named).isBetween(log.equals("ledger") ? all.size() : all.size() / 4, all.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ledger", "state", "data"})
    void wholeSegmentsOfALog(String log) {
        List<Path> others = segments(log.equals("ledger") ? "state" : "ledger");
        List<Spoiled> all = Damage.ofSegments(segments(log), others, intact);
        assertThat(tryAll(all)).isBetween(log.equals("ledger") ? all.size() : all.size() / 4, all.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ledger", "state", "data"})
    void anEndThatWasNeverWrittenIsCutSilently(String log) {
        List<Path> segments = segments(log);
        Path last = segments.get(segments.size() - 1);
        assertThat(tryAll(Damage.ofTail(last, intact.get(last)))).isZero();
    }

    /** Looks at the checkpoint after each damage, and starts the program after some; returns how many were named. */
    private int tryAll(List<Spoiled> all) {
        int named = 0;
        int every = Math.max(1, all.size() / STARTS);
        for (int i = 0; i < all.size(); i++) {
            named += tryOn(all.get(i), i % every == every / 2) ? 1 : 0;
        }
        return named;
    }

    /** Returns whether the damage was named; if not, nobody saw any difference. */
    private boolean tryOn(Spoiled spoiled, boolean start) {
        restore();
        spoiled.change().accept(disk);
        MillraceException seen = null;
        try {
            assertThat(look()).as(spoiled.what()).isEqualTo(right);
        } catch (MillraceException e) {
            seen = e;
            checkNamed(spoiled, e);
        }
        if (start) {
            MillraceException met = run(spoiled);
            if (met != null) {
                checkNamed(spoiled, met);
            }
            assertThat(seen == null)
                    .as("%s: who looks says %s, who starts %s", spoiled.what(), seen, met)
                    .isEqualTo(met == null);
        }
        return seen != null;
    }

    private CheckpointSummary look() {
        try (Checkpoint checkpoint = counted.checkpoint()) {
            checkpoint.verify();
            return checkpoint.summary();
        }
    }

    /** Starts the program and lets it finish its work; what it says of damage, or null if all was counted once. */
    private @Nullable MillraceException run(Spoiled spoiled) {
        disk.kill();
        try (StreamingContext context = counted.program(Map.of())) {
            context.start();
            counted.awaitThat(context, counted::answered);
            if (context.state() == ContextState.STOPPED) {
                context.awaitTermination();
            }
            assertThat(context.stopGracefully(Counted.PATIENCE)).isTrue();
            counted.check();
            return null;
        } catch (MillraceException e) {
            return e;
        } catch (InterruptedException e) {
            throw new AssertionError(spoiled.what(), e);
        } catch (AssertionError e) {
            throw new AssertionError(spoiled.what() + ": " + e.getMessage(), e);
        }
    }

    private static void checkNamed(Spoiled spoiled, MillraceException error) {
        assertThat(error.code()).as("%s: %s", spoiled.what(), error).isEqualTo(ErrorCode.CORRUPT_DATA);
        assertThat(error)
                .as(spoiled.what())
                .hasMessageContaining(spoiled.names())
                .hasMessageFindingMatch("offset \\d+|byte \\d+|header|missing|holds segment|no later segment")
                .hasMessageContaining("restore");
    }
}
