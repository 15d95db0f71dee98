// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.sink;

import io.millrace.api.Batch;
import io.millrace.api.BatchId;
import io.millrace.core.ledger.Committable;
import io.millrace.core.ledger.Fact.OutputPrepared;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The outputs of a running program that go to sinks, and what they have prepared for batches under way. Thread-safe. */
public final class Sinks {
    private final Map<String, SinkOutput> outputs;
    private final Map<Prepared, List<Committable>> prepared = new ConcurrentHashMap<>();

    /** Those of a program, in order of declaration. */
    public Sinks(List<SinkOutput> outputs) {
        Map<String, SinkOutput> byName = new LinkedHashMap<>();
        outputs.forEach(output -> byName.put(output.name(), output));
        this.outputs = Collections.unmodifiableMap(byName);
    }

    private record Prepared(long batchTime, String output) {}

    /** Whether an output of that name goes to a sink. */
    public boolean has(String output) {
        return outputs.containsKey(output);
    }

    /** Whether no output goes to a sink. */
    public boolean isEmpty() {
        return outputs.isEmpty();
    }

    /** What the targets say, by output; changes nothing there. */
    public Map<String, Optional<SinkClaim>> look() throws Exception {
        Map<String, Optional<SinkClaim>> found = new LinkedHashMap<>();
        for (SinkOutput output : outputs.values()) {
            found.put(output.name(), output.look());
        }
        return found;
    }

    /** What the target of an output says. */
    public Optional<SinkClaim> look(String output) throws Exception {
        return output(output).look();
    }

    /**
     * Takes over the target of an output.
     *
     * @return false if the target says something else by now than what is to be replaced
     */
    public boolean claim(SinkOwner owner, Claimant.Standing standing) throws Exception {
        return output(owner.output()).claim(owner, standing);
    }

    /** Writes a batch of an output that goes to a sink. */
    public void write(Batch<?> batch, SinkOutput.Refused refused) throws Exception {
        BatchId id = batch.id();
        Prepared key = new Prepared(id.batchTime().toEpochMilli(), id.output());
        output(id.output()).write(batch, refused).ifPresent(committables -> prepared.put(key, committables));
    }

    /** What is to be finished of a batch, once it is committed; forgets it. */
    public List<OutputPrepared> take(long batchTime, List<String> names) {
        List<OutputPrepared> taken = new ArrayList<>();
        for (String name : names) {
            List<Committable> committables = prepared.remove(new Prepared(batchTime, name));
            if (committables != null) {
                taken.add(new OutputPrepared(name, committables));
            }
        }
        return taken;
    }

    /** Finishes an output of a committed batch. */
    public void finish(BatchId batch, List<Committable> committables) throws Exception {
        output(batch.output()).finish(batch, committables);
    }

    private SinkOutput output(String name) {
        @Nullable SinkOutput output = outputs.get(name);
        if (output == null) {
            throw new IllegalStateException("output '" + name + "' has no sink");
        }
        return output;
    }
}
