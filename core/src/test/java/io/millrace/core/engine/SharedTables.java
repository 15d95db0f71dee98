// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.Batch;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.sink.SinkTarget;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import io.millrace.spi.sink.SinkProvider;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A database in memory, which outlives programs: rows, and for each output who claimed it. */
final class SharedTables implements SinkProvider {
    final Map<String, SinkClaim> claims = new HashMap<>();
    private final List<String> rows = new ArrayList<>();
    /** The output of which a claim is not answered, once; empty for none. */
    volatile String dyingAtClaim = "";
    /** What happens to whoever claims or commits. */
    volatile Interruptible atClaim = () -> {};

    volatile Interruptible atCommit = () -> {};
    /** What happens to whoever opens it. */
    volatile Runnable atOpen = () -> {};
    /** Whether the next commit's answer is lost. */
    volatile boolean losingAnAnswer;

    SinkTarget<String> target() {
        return new SinkTarget<>(name(), Map.of(), this);
    }

    synchronized List<String> rows() {
        return List.copyOf(rows);
    }

    synchronized SinkClaim claim(String output) {
        return claims.get(output);
    }

    synchronized void put(String output, SinkClaim claim) {
        claims.put(output, claim);
    }

    @Override
    public String name() {
        return "tables";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public Sink open(PluginContext context) {
        atOpen.run();
        return new Table();
    }

    /** Something that may wait. */
    interface Interruptible {
        void run() throws InterruptedException;
    }

    private final class Table implements Sink.Transactional {
        private SinkOwner owner;

        @Override
        public Optional<SinkClaim> look(String programId, String output) {
            return Optional.ofNullable(SharedTables.this.claim(output));
        }

        @Override
        public boolean claim(SinkOwner claimant, Optional<SinkClaim> found, Optional<Instant> lastBatch)
                throws InterruptedException {
            atClaim.run();
            synchronized (SharedTables.this) {
                if (dyingAtClaim.equals(claimant.output())) {
                    dyingAtClaim = "";
                    throw new MillraceException(ErrorCode.EXTERNAL_SYSTEM, "the line is dead");
                }
                Optional<SinkClaim> there = Optional.ofNullable(claims.get(claimant.output()));
                boolean stays = found.isPresent() && found.get().lastBatch().equals(lastBatch);
                boolean same =
                        stays ? there.isPresent() && there.get().isOfSameOwner(found.get()) : there.equals(found);
                if (!same) {
                    return false;
                }
                Optional<Instant> last = stays ? there.get().lastBatch() : lastBatch;
                claims.put(
                        claimant.output(),
                        new SinkClaim(claimant.identity(), claimant.epoch(), last, "the row in tables"));
                owner = claimant;
                return true;
            }
        }

        @Override
        public void commit(Batch<?> batch) throws Exception {
            atCommit.run();
            synchronized (SharedTables.this) {
                SinkClaim row = claims.get(owner.output());
                if (!row.identity().equals(owner.identity()) || row.epoch() != owner.epoch()) {
                    throw new MillraceException(ErrorCode.FENCED, "the row in tables is another's");
                }
                if (batch.isEmpty()) {
                    return;
                }
                batch.forEach(element -> rows.add((String) element));
                claims.put(
                        owner.output(),
                        new SinkClaim(
                                owner.identity(),
                                owner.epoch(),
                                Optional.of(batch.id().batchTime()),
                                row.place()));
                if (losingAnAnswer) {
                    losingAnAnswer = false;
                    throw new MillraceException(ErrorCode.EXTERNAL_SYSTEM, "the answer is lost");
                }
            }
        }

        @Override
        public void close() {}
    }
}
