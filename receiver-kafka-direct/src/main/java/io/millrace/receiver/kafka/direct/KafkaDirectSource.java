// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.direct;

import io.millrace.api.MillraceException;
import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.receiver.kafka.common.Cluster;
import io.millrace.receiver.kafka.common.DataLoss;
import io.millrace.receiver.kafka.common.KafkaClients;
import io.millrace.receiver.kafka.common.KafkaPosition;
import io.millrace.receiver.kafka.common.Loss;
import io.millrace.receiver.kafka.common.StartPositions;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.RangeReader;
import io.millrace.spi.direct.Remains;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;

/** Plans ranges from what the {@linkplain PartitionWatch watch} knows, and hands out readers over one pool. */
final class KafkaDirectSource implements DirectSource {
    private final KafkaClients clients;
    private final Cluster cluster;
    private final PartitionWatch watch;
    private final ConsumerPool pool;
    private final LostRecords lost;
    private final Duration fetchTimeout;
    private final Map<String, String> late = new ConcurrentHashMap<>();

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
                .published(watch.snapshot().topicIds());
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
        Map<String, Position> plannable = from;
        for (Map.Entry<String, Position> each : from.entrySet()) {
            Position end = available.get(each.getKey());
            if (end != null && !fits(each.getValue(), end) && !isHeld(each.getKey(), each.getValue(), end)) {
                plannable = plannable == from ? new HashMap<>(from) : plannable;
                plannable.remove(each.getKey());
            }
        }
        return RangePlanner.plan(plannable, available, limit);
    }

    /** Whether the end, which was asked for at another moment, is where one would be who read on from the position. */
    private static boolean fits(Position position, Position end) {
        return position.number() <= end.number()
                && !KafkaPosition.ofAnotherTopic(position, KafkaPosition.topicId(end))
                && !KafkaPosition.isOfEarlierLeader(position, end);
    }

    /**
     * Whether what is to be read next is known to be there. Where the end does not fit the position, the one may only be
     * older than the other, or records were lost, which the watch finds out.
     *
     * @throws MillraceException if they were lost
     */
    private boolean isHeld(String partition, Position position, Position end) {
        PartitionWatch.Verdict verdict = watch.verdict(partition, position, end);
        Loss loss = verdict == null ? null : verdict.loss();
        if (loss != null) {
            throw clients.settings().refused(loss + lost.choice());
        }
        return verdict != null;
    }

    @Override
    public RangeReader reader() {
        return new KafkaRangeReader(
                pool,
                partition -> watch.snapshot().topicIds().getOrDefault(partition, ""),
                clients.errors(),
                lost.choice(),
                fetchTimeout,
                late);
    }

    @Override
    public Optional<String> trouble() {
        return watch.trouble().or(() -> late.values().stream().findFirst());
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
