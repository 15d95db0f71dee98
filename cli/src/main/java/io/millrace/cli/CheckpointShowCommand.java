// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.core.checkpoint.Checkpoint;
import io.millrace.core.checkpoint.CheckpointSummary;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace checkpoint show}: whose it is, how far it has come, where inputs go on, what states there are. */
@Command(
        name = "show",
        description = "Shows how far a program has come, where its inputs go on, and what states it has.")
final class CheckpointShowCommand extends Subcommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CheckpointLocation location;

    @Override
    public Integer call() {
        try (Checkpoint checkpoint = location.open()) {
            print(checkpoint.summary());
        }
        return 0;
    }

    private void print(CheckpointSummary summary) {
        line("program", summary.programId());
        line(
                "last start",
                (summary.epoch() == 0 ? "not told" : "epoch " + summary.epoch())
                        + summary.started().map(at -> " at " + at).orElse("") + ", batch interval "
                        + summary.interval().toMillis() + " ms");
        line("stopped", summary.closed() ? "gracefully" : "not gracefully, or it runs");
        line(
                "last batch",
                "committed " + time(summary.lastCommitted().orElse(null)) + ", planned "
                        + time(summary.lastPlanned().orElse(null)));
        if (!summary.uncommitted().isEmpty()) {
            line("to run again", list(summary.uncommitted()));
        }
        line(
                "waiting",
                summary.waitingBlocks()
                        + (summary.waitingBlocks() == 1 ? " block, " : " blocks, ")
                        + summary.waitingRecords()
                        + (summary.waitingRecords() == 1 ? " record" : " records"));
        PrintWriter out = out();
        out.println();
        out.println("inputs");
        summary.positions()
                .forEach((stream, positions) -> positions.forEach((partition, position) ->
                        out.println(String.format(Locale.ROOT, "  %-24s %-24s %s", stream, partition, position))));
        if (summary.positions().isEmpty()) {
            out.println("  none");
        }
        out.println();
        out.println("states");
        summary.states()
                .forEach((name, state) -> out.println(String.format(
                        Locale.ROOT,
                        "  %-24s snapshot %s, changes %s, %s",
                        name,
                        size(state.snapshotBytes()),
                        size(state.changeBytes()),
                        state.codecs())));
        if (summary.states().isEmpty()) {
            out.println("  none");
        }
    }

    private void line(String what, String text) {
        out().println(String.format(Locale.ROOT, "%-14s%s", what, text));
    }

    private static String time(@Nullable Instant time) {
        return time == null ? "none" : time.toString();
    }

    private static String list(List<Instant> times) {
        return times.stream().map(Instant::toString).collect(Collectors.joining(", "));
    }

    private static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        return bytes < 1024 * 1024 ? bytes / 1024 + " KiB" : bytes / (1024 * 1024) + " MiB";
    }
}
