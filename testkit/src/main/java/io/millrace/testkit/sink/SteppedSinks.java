// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.sink;

import io.millrace.api.Batch;
import io.millrace.api.BatchId;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.sink.Refusals;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import io.millrace.spi.sink.SinkProvider;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A provider whose sinks tell before and after each call: with what the sink tells of its own steps, these are all the
 * places where a process can die or sleep.
 *
 * @param provider makes the sinks
 * @param steps is told
 * @since 0.1
 */
public record SteppedSinks(SinkProvider provider, Consumer<String> steps) implements SinkProvider {
    @Override
    public String name() {
        return provider.name();
    }

    @Override
    public ConfigSpec config() {
        return provider.config();
    }

    @Override
    public Sink open(PluginContext context) {
        return of(provider.open(context), steps);
    }

    static Sink of(Sink sink, Consumer<String> steps) {
        return sink instanceof Sink.Transactional transactional
                ? new Transactional(transactional, steps)
                : new Resumable((Sink.Resumable) sink, steps);
    }

    private record Transactional(Sink.Transactional sink, Consumer<String> steps) implements Sink.Transactional {
        @Override
        public Optional<SinkClaim> look(String programId, String output) throws Exception {
            return sink.look(programId, output);
        }

        @Override
        public boolean claim(SinkOwner owner, Optional<SinkClaim> found, Optional<Instant> lastBatch) throws Exception {
            steps.accept("before claim");
            boolean claimed = sink.claim(owner, found, lastBatch);
            steps.accept("after claim");
            return claimed;
        }

        @Override
        public void commit(Batch<?> batch) throws Exception {
            steps.accept("before commit");
            sink.commit(batch);
            steps.accept("after commit");
        }

        @Override
        public void commit(Batch<?> batch, Refusals refusals) throws Exception {
            steps.accept("before commit");
            sink.commit(batch, refusals);
            steps.accept("after commit");
        }

        @Override
        public void close() {
            sink.close();
        }
    }

    private record Resumable(Sink.Resumable sink, Consumer<String> steps) implements Sink.Resumable {
        @Override
        public Optional<SinkClaim> look(String programId, String output) throws Exception {
            return sink.look(programId, output);
        }

        @Override
        public boolean claim(SinkOwner owner, Optional<SinkClaim> found, Optional<Instant> lastBatch) throws Exception {
            steps.accept("before claim");
            boolean claimed = sink.claim(owner, found, lastBatch);
            steps.accept("after claim");
            return claimed;
        }

        @Override
        public byte[] prepare(Batch<?> batch, int partition) throws Exception {
            steps.accept("before prepare");
            byte[] committable = sink.prepare(batch, partition);
            steps.accept("after prepare");
            return committable;
        }

        @Override
        public void check(BatchId batch, List<byte[]> committables) throws Exception {
            sink.check(batch, committables);
        }

        @Override
        public void finish(BatchId batch, List<byte[]> committables) throws Exception {
            steps.accept("before finish");
            sink.finish(batch, committables);
            steps.accept("after finish");
        }

        @Override
        public void discard(BatchId batch, List<byte[]> committables) throws Exception {
            sink.discard(batch, committables);
        }

        @Override
        public void close() {
            sink.close();
        }
    }
}
