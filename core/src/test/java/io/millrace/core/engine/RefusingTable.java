// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.Batch;
import io.millrace.api.sink.SinkTarget;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import io.millrace.spi.sink.SinkProvider;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A transactional sink in memory that outlives programs, and throws before its next commits what it is told to. */
final class RefusingTable implements Sink.Transactional, SinkProvider {
    final List<String> rows = Collections.synchronizedList(new ArrayList<>());
    final List<Integer> attempts = Collections.synchronizedList(new ArrayList<>());
    private final Deque<Exception> failures = new ArrayDeque<>();
    private @Nullable SinkClaim claim;

    /** Throws these before the next commits. */
    synchronized void failWith(Exception... next) {
        failures.addAll(List.of(next));
    }

    /** Throws nothing more. */
    synchronized void mend() {
        failures.clear();
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
    public synchronized void commit(Batch<?> batch) throws Exception {
        if (batch.isEmpty()) {
            return;
        }
        attempts.add(batch.id().attempt());
        Exception failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
        batch.forEach(row -> rows.add((String) row));
        SinkClaim own = claim;
        if (own != null) {
            claim = new SinkClaim(own.identity(), own.epoch(), Optional.of(batch.id().batchTime()), "the table");
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
