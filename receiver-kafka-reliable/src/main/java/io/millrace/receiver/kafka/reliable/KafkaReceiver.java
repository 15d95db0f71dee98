// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.reliable;

import io.millrace.api.source.Position;
import io.millrace.receiver.kafka.common.Cluster;
import io.millrace.receiver.kafka.common.KafkaClients;
import io.millrace.receiver.kafka.common.KafkaOptions;
import io.millrace.receiver.kafka.common.Loss;
import io.millrace.receiver.kafka.common.StartPositions;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.receiver.DurableMark;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.receiver.ReceiverContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the engine holds of a receiver: it finds out where to go on, and hands everything else to a {@link ReceiverLoop}
 * on a thread of its own.
 */
final class KafkaReceiver implements Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaReceiver.class);

    /** What the loop may need beyond its deadline before its thread is interrupted. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final KafkaClients clients;
    private final PluginContext plugin;
    private @Nullable Running running;

    /** What there is from a successful start to the stop. */
    private record Running(Cluster cluster, ReceiverLoop loop, Thread thread, Discovery discovery) {}

    KafkaReceiver(KafkaClients clients, PluginContext plugin) {
        this.clients = clients;
        this.plugin = plugin;
    }

    @Override
    public void start(ReceiverContext context) throws InterruptedException {
        Cluster cluster = new Cluster(clients);
        try {
            running = start(context, cluster);
        } finally {
            if (running == null) {
                cluster.close();
            }
        }
    }

    private Running start(ReceiverContext context, Cluster cluster) throws InterruptedException {
        Map<TopicPartition, String> topicIds = cluster.partitions();
        Map<String, Position> known = context.positions();
        LossPolicy losses =
                new LossPolicy(clients.settings(), plugin.settings().get(KafkaOptions.ON_DATA_LOSS), context);
        Map<String, Position> positions = new HashMap<>(known);
        positions.putAll(losses.judge(Loss.find(cluster, topicIds, known)));
        Map<String, Position> starts = new StartPositions(clients.settings(), cluster).resolve(topicIds, known);
        context.begin(starts);
        positions.putAll(starts);

        ReceiverLoop loop = new ReceiverLoop(
                clients,
                cluster,
                clients.consumer("receive", consumerDefaults()),
                context,
                losses,
                plugin.settings().get(KafkaReliableProvider.COMMIT_INTERVAL));
        loop.assign(topicIds, positions);
        Thread thread = plugin.threads().newThread(loop);
        Discovery discovery =
                new Discovery(cluster, clients.settings().discoveryInterval(), plugin.threads(), loop::discovered);
        thread.start();
        discovery.start();
        return new Running(cluster, loop, thread, discovery);
    }

    private Map<String, Object> consumerDefaults() {
        return Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                clients.settings().groupId(),
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                5_000,
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                4 << 20);
    }

    @Override
    public void pause() {
        if (running != null) {
            running.loop().pause();
        }
    }

    @Override
    public void resume() {
        if (running != null) {
            running.loop().resume();
        }
    }

    @Override
    public void durable(DurableMark mark) {
        if (running != null) {
            running.loop().durable(mark);
        }
    }

    @Override
    public void stop(Duration deadline) {
        Running ending = running;
        running = null;
        if (ending == null) {
            return;
        }
        ending.discovery().close();
        ending.loop().stop(deadline);
        try {
            ending.thread().join(deadline.plus(GRACE).toMillis());
            if (ending.thread().isAlive()) {
                LOG.warn(
                        "{}: the receiver did not end within {}",
                        clients.settings().owner(),
                        deadline);
                ending.thread().interrupt();
            }
        } catch (InterruptedException e) {
            ending.thread().interrupt();
            Thread.currentThread().interrupt();
        } finally {
            ending.cluster().close();
        }
    }
}
