// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.BatchId;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.sink.SinkTarget;
import io.millrace.core.checkpoint.Checkpoint;
import io.millrace.core.checkpoint.ProgramComparison;
import io.millrace.core.failure.Failures;
import io.millrace.core.graph.Node;
import io.millrace.core.ledger.Committable;
import io.millrace.core.ledger.LedgerState.UnfinishedOutput;
import io.millrace.core.plugin.ProviderRegistry;
import io.millrace.spi.sink.Sink;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks the sinks of a program whether they can have prepared what a checkpoint says they did, as its next start would before
 * it makes that visible. Only the sinks that have something to be asked are opened; nothing is changed at their targets.
 */
public final class PreparedOutputs {
    private final Program program;
    private final Map<String, SinkTarget<?>> targets = new HashMap<>();
    private final List<String> refused = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();
    private boolean damaged;

    private PreparedOutputs(Program program) {
        this.program = program;
        for (Node.Output output : program.graph().nodes(Node.Output.class)) {
            SinkTarget<?> target = output.target();
            if (target != null) {
                targets.put(output.name(), target);
            }
        }
    }

    /** Asks; a sink that cannot be opened here is named. */
    public static ProgramComparison.Prepared check(Program program, Checkpoint checkpoint, @Nullable Path plugins) {
        PreparedOutputs outputs = new PreparedOutputs(program);
        List<UnfinishedOutput> all = checkpoint.unfinished();
        if (!all.isEmpty()) {
            try (Resources resources = new Resources()) {
                ProviderRegistry providers = resources.add("providers", program.providers(plugins));
                Map<String, Sink> opened = new HashMap<>();
                for (UnfinishedOutput left : all) {
                    outputs.check(left, opened, providers, resources);
                }
            }
        }
        return new ProgramComparison.Prepared(outputs.refused, outputs.unknown, outputs.damaged);
    }

    private void check(
            UnfinishedOutput left, Map<String, Sink> opened, ProviderRegistry providers, Resources resources) {
        String output = left.prepared().output();
        BatchId batch =
                new BatchId(program.id(), 0, Instant.ofEpochMilli(left.batchTime()), program.interval(), output, 0);
        String what = "output '" + output + "', batch " + batch.batchTime() + ": ";
        SinkTarget<?> target = targets.get(output);
        if (target == null) {
            unknown.add(what + "the program has no such output now; what it prepared is kept until it has");
            return;
        }
        try {
            Sink sink = opened.get(output);
            if (sink == null) {
                sink = SinkOpening.open(program, providers, output, target, resources);
                opened.put(output, sink);
            }
            if (sink instanceof Sink.Resumable resumable) {
                check(resumable, batch, left, what);
            } else {
                unknown.add(what + "its sink prepares nothing now");
            }
        } catch (MillraceException e) {
            unknown.add(what + "its sink cannot be opened here: " + e.getMessage());
        }
    }

    private void check(Sink.Resumable sink, BatchId batch, UnfinishedOutput left, String what) {
        try {
            sink.check(
                    batch,
                    left.prepared().committables().stream()
                            .map(Committable::bytes)
                            .toList());
        } catch (MillraceException e) {
            damaged |= e.code() == ErrorCode.CORRUPT_DATA;
            refused.add(what + e.getMessage());
        } catch (Exception e) {
            refused.add(what + Failures.text(e));
        }
    }
}
