// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.Batch;
import io.millrace.api.sink.SinkTarget;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.sink.Refusals;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import io.millrace.spi.sink.SinkProvider;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A transactional sink in memory that outlives programs. It throws before its next commits what it is told to, and refuses
 * elements that begin with {@code bad}.
 */
final class RefusingTable implements Sink.Transactional, SinkProvider {
    final List<String> rows = Collections.synchronizedList(new ArrayList<>());
    final List<Integer> attempts = Collections.synchronizedList(new ArrayList<>());
    private final Deque<Exception> failures = new ArrayDeque<>();
    private final Deque<Exception> afterwards = new ArrayDeque<>();
    private @Nullable SinkClaim claim;
    private Consumer<String> steps = step -> {};
    private boolean lenient;

    /** Throws these before the next commits. */
    synchronized void failWith(Exception... next) {
        failures.addAll(List.of(next));
    }

    /** Throws this after the next commit, which it has. */
    synchronized void failThoughDone(Exception failure) {
        afterwards.add(failure);
    }

    /** Throws nothing more. */
    synchronized void mend() {
        failures.clear();
    }

    /** Is told of each step of a batch with elements before it is taken. */
    synchronized void onStep(Consumer<String> listener) {
        steps = listener;
    }

    /** Refuses nothing any more. */
    synchronized void refuseNothing() {
        lenient = true;
    }

    /** Another table that has the same. */
    synchronized RefusingTable copy() {
        RefusingTable copy = new RefusingTable();
        copy.rows.addAll(rows);
        copy.claim = claim;
        return copy;
    }

    SinkTarget<String> target() {
        return new SinkTarget<>("refusing", Map.of(), this);
    }

    @Override
    public synchronized Optional<SinkClaim> look(String programId, String output) {
        return Optional.ofNullable(claim);
    }

    @Override
    public synchronized boolean claim(SinkOwner owner, Optional<SinkClaim> found, Optional<Instant> lastBatch) {
        claim = new SinkClaim(owner.identity(), owner.epoch(), lastBatch, "the table");
        return true;
    }

    @Override
    public void commit(Batch<?> batch) {
        throw new UnsupportedOperationException("the engine calls the other one");
    }

    @Override
    public synchronized void commit(Batch<?> batch, Refusals refusals) throws Exception {
        if (batch.isEmpty()) {
            return;
        }
        attempts.add(batch.id().attempt());
        Exception failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
        List<String> taken = new ArrayList<>();
        steps.accept("write");
        batch.forEach(row -> {
            if (!lenient && ((String) row).startsWith("bad")) {
                refusals.refuse(row, new IOException("value too long"));
            } else {
                taken.add((String) row);
            }
        });
        steps.accept("settle");
        refusals.settle();
        steps.accept("commit");
        rows.addAll(taken);
        SinkClaim own = claim;
        if (own != null) {
            claim = new SinkClaim(
                    own.identity(), own.epoch(), Optional.of(batch.id().batchTime()), "the table");
        }
        steps.accept("return");
        Exception late = afterwards.poll();
        if (late != null) {
            throw late;
        }
    }

    @Override
    public String name() {
        return "refusing";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public Sink open(PluginContext context) {
        return this;
    }

    @Override
    public void close() {}
}
