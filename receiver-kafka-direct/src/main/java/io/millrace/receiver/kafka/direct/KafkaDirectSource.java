// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.direct;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.receiver.kafka.common.Cluster;
import io.millrace.receiver.kafka.common.DataLoss;
import io.millrace.receiver.kafka.common.KafkaClients;
import io.millrace.receiver.kafka.common.KafkaPosition;
import io.millrace.receiver.kafka.common.StartPositions;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.RangeReader;
import io.millrace.spi.direct.Remains;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import org.apache.kafka.common.IsolationLevel;

/** Plans ranges from what the {@linkplain PartitionWatch watch} knows, and hands out readers over one pool. */
final class KafkaDirectSource implements DirectSource {
    private final KafkaClients clients;
    private final Cluster cluster;
    private final PartitionWatch watch;
    private final ConsumerPool pool;
    private final LostRecords lost;
    private final Duration fetchTimeout;

    private KafkaDirectSource(
            KafkaClients clients,
            Cluster cluster,
            PartitionWatch watch,
            ConsumerPool pool,
            LostRecords lost,
            Duration fetchTimeout) {
        this.clients = clients;
        this.cluster = cluster;
        this.lost = lost;
        this.watch = watch;
        this.pool = pool;
        this.fetchTimeout = fetchTimeout;
    }

    static KafkaDirectSource open(
            KafkaClients clients, DataLoss onLoss, Duration refresh, Duration fetchTimeout, ThreadFactory threads) {
        Cluster cluster = new Cluster(clients);
        try {
            PartitionWatch watch = PartitionWatch.start(cluster, clients.settings(), refresh, threads);
            ConsumerPool pool =
                    new ConsumerPool(clients, watch.snapshot().ends().size());
            threads.newThread(() -> pool.prepare(watch.snapshot().topicIds().keySet()))
                    .start();
            LostRecords lost = new LostRecords(
                    clients.settings(), cluster, onLoss, () -> watch.snapshot().topicIds());
            return new KafkaDirectSource(clients, cluster, watch, pool, lost, fetchTimeout);
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    @Override
    public Map<String, Position> published() {
        return new StartPositions(clients.settings(), cluster)
                .published(watch.snapshot().topicIds().keySet());
    }

    @Override
    public Remains remains(List<OffsetRange> planned) {
        return lost.remains(planned);
    }

    @Override
    public List<OffsetRange> gaps(Map<String, Position> known) {
        return lost.gaps(known);
    }

    @Override
    public Map<String, Position> start(Map<String, Position> known) {
        return new StartPositions(clients.settings(), cluster)
                .resolve(watch.snapshot().topicIds(), known);
    }

    @Override
    public Map<String, Position> available() {
        return watch.snapshot().ends();
    }

    @Override
    public Position beginning(String partition) {
        Position beginning = watch.snapshot().beginnings().get(partition);
        if (beginning == null) {
            throw new IllegalArgumentException("'" + partition + "' is not among what is available");
        }
        return beginning;
    }

    @Override
    public List<OffsetRange> plan(Map<String, Position> from, long limit) {
        Map<String, Position> available = available();
        watch.planned(RangePlanner.lag(from, available) / 2 > limit);
        from.forEach((partition, position) -> {
            Position end = available.get(partition);
            if (end != null) {
                requireHeld(partition, position, end);
            }
        });
        return RangePlanner.plan(from, available, limit);
    }

    /** An end lies behind what was read only if records were lost; or if they are in a transaction that is open. */
    private void requireHeld(String partition, Position position, Position end) {
        boolean madeAnew = KafkaPosition.ofAnotherTopic(position, KafkaPosition.topicId(end));
        boolean truncated = end.number() < position.number() && clients.isolation() == IsolationLevel.READ_UNCOMMITTED;
        if (madeAnew || truncated) {
            throw clients.settings()
                    .refused(partition + " was to be read on from offset " + position.number() + ", but "
                            + (madeAnew
                                    ? "its topic was deleted and made anew"
                                    : "its log was truncated and ends at " + end.number())
                            + LostRecords.CHOICE);
        }
    }

    @Override
    public RangeReader reader() {
        return new KafkaRangeReader(
                pool,
                partition -> watch.snapshot().topicIds().getOrDefault(partition, ""),
                clients.errors(),
                fetchTimeout);
    }

    @Override
    public void committed(Map<String, Position> positions) {
        watch.publish(positions);
    }

    @Override
    public void close() {
        watch.close();
        pool.close();
        cluster.close();
    }
}
