// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.kafka;

import io.millrace.api.Batch;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.receiver.kafka.common.KafkaClients;
import io.millrace.spi.plugin.Causes;
import io.millrace.spi.sink.Refusals;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each batch in one transaction of a producer whose transactional id is the output's, with the batch's time as a
 * group's offset in the same transaction. Kafka's own fencing knows only who initialised last, which may be a zombie that
 * woke at the wrong moment; so the offset holds the owner too, checkpoint and epoch, and that decides: whoever finds
 * another one gives up, and whoever was fenced though the output is still its own initialises again.
 */
final class TransactionalTopic implements Sink.Transactional {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionalTopic.class);
    private static final int TRIES = 5;

    /** How long a question may take: brokers that are there answer at once. */
    private static final int TIMEOUT_MILLIS = 10_000;

    /** The same, if a transaction has to end first. */
    private static final int STABLE_MILLIS = 60_000;
    /** A commit is written to the group within this after the producer was told of it, unless brokers are away. */
    private static final int LOOK_MILLIS = 3_000;

    private static final int ASK_AGAIN_MILLIS = 50;

    /** The producer's own, unless they are set. */
    private static final int BATCH_SIZE = 16_384;

    private static final int REQUEST_SIZE = 1 << 20;

    /** By how much a producer thinks a record larger than it may be. */
    private static final int RECORD_OVERHEAD = 21;

    private final KafkaClients clients;
    private final Admin admin;
    private final String group;
    private final TopicPartition place;
    private final Records records;
    private final Map<String, Object> defaults;
    private final Consumer<String> steps;
    private @Nullable SinkOwner owner;
    private volatile @Nullable Producer<byte[], byte[]> producer;

    private TransactionalTopic(
            KafkaClients clients,
            Admin admin,
            String topic,
            String id,
            Records records,
            Map<String, Object> defaults,
            Consumer<String> steps) {
        this.clients = clients;
        this.admin = admin;
        this.group = id;
        this.place = new TopicPartition(topic, 0);
        this.records = records;
        this.defaults = defaults;
        this.steps = steps;
    }

    static TransactionalTopic open(
            KafkaClients clients, String topic, String id, Records records, Consumer<String> steps) {
        Admin admin = clients.admin();
        boolean opened = false;
        try {
            admin.describeTopics(List.of(topic), new DescribeTopicsOptions().timeoutMs(TIMEOUT_MILLIS))
                    .allTopicNames()
                    .get();
            TransactionalTopic made =
                    new TransactionalTopic(clients, admin, topic, id, records, limits(clients, admin, topic), steps);
            opened = true;
            return made;
        } catch (ExecutionException e) {
            throw failed(clients, topic, id, "looking for topic '" + topic + "'", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw clients.errors().translate("looking for topic '" + topic + "'", e);
        } finally {
            if (!opened) {
                admin.close(Duration.ZERO);
            }
        }
    }

    /**
     * Limits of a topic that takes less than producers send. What is too large is refused here then: a producer splits a
     * batch that a broker refuses into batches of its own size, for ever if one of these is refused again.
     */
    private static Map<String, Object> limits(KafkaClients clients, Admin admin, String topic)
            throws InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Map<String, Object> limits = new HashMap<>();
        try {
            Config config = admin.describeConfigs(
                            List.of(resource), new DescribeConfigsOptions().timeoutMs(TIMEOUT_MILLIS))
                    .all()
                    .get()
                    .get(resource);
            ConfigEntry most = config == null ? null : config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
            long bytes = most == null ? Long.MAX_VALUE : Long.parseLong(most.value());
            String compression =
                    clients.settings().passThrough().getOrDefault(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
            if (bytes < BATCH_SIZE) {
                limits.put(ProducerConfig.BATCH_SIZE_CONFIG, (int) bytes);
            }
            if (bytes + RECORD_OVERHEAD < REQUEST_SIZE && compression.equals("none")) {
                limits.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, (int) bytes + RECORD_OVERHEAD);
            }
        } catch (ExecutionException | NumberFormatException e) {
            LOG.debug("The settings of topic '{}' are not known", topic, e); // nothing but this needs them
        }
        return limits;
    }

    @Override
    public Optional<SinkClaim> look(String programId, String output) throws InterruptedException {
        try {
            steps.accept("look who owns it");
            return lookOnce().map(found -> found.claim(group)); // without ending another process's transaction
        } catch (ExecutionException e) {
            throw failed("looking whose output '" + output + "' is", e);
        }
    }

    @Override
    public boolean claim(SinkOwner claimant, Optional<SinkClaim> found, Optional<Instant> lastBatch)
            throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            drop();
            try {
                return claimOnce(claimant, found, lastBatch);
            } catch (RuntimeException | ExecutionException e) {
                drop();
                if (!isFenced(e) || attempt == TRIES) {
                    throw failed("claiming output '" + claimant.output() + "'", e);
                }
                LOG.info("Output '{}': another process initialised '{}' meanwhile", claimant.output(), group);
            }
        }
    }

    private boolean claimOnce(SinkOwner claimant, Optional<SinkClaim> found, Optional<Instant> lastBatch)
            throws ExecutionException, InterruptedException {
        steps.accept("look whether it is as found");
        boolean stays = found.isPresent() && found.get().lastBatch().equals(lastBatch);
        if (differs(read(false), found, stays)) {
            return false; // without ending a successor's transaction
        }
        steps.accept("make producer");
        Producer<byte[], byte[]> made = clients.transactionalProducer(group, defaults);
        producer = made;
        steps.accept("initialise");
        made.initTransactions();
        steps.accept("read last batch");
        Optional<LastBatch> there = read(true);
        if (differs(there, found, stays)) {
            drop();
            return false;
        }
        made.beginTransaction();
        steps.accept("send epoch");
        send(made, LastBatch.of(claimant, stays ? there.flatMap(LastBatch::time) : lastBatch));
        steps.accept("commit epoch");
        made.commitTransaction();
        owner = claimant;
        return true;
    }

    /** Whether the claim is another than was found; a batch more makes none if the newest is to stay, whichever it is. */
    private boolean differs(Optional<LastBatch> there, Optional<SinkClaim> found, boolean stays) {
        if (there.isEmpty() || found.isEmpty()) {
            return there.isPresent() != found.isPresent();
        }
        return !there.get().claim(group).isOfSameOwner(found.get())
                || (!stays && !there.get().time().equals(found.get().lastBatch()));
    }

    /** Waits a moment for a transaction that is just being committed, but not for one that is left open. */
    private Optional<LastBatch> lookOnce() throws ExecutionException, InterruptedException {
        try {
            return read(true, LOOK_MILLIS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TimeoutException)) {
                throw e;
            }
            return read(false);
        }
    }

    private Optional<LastBatch> read(boolean stable) throws ExecutionException, InterruptedException {
        return read(stable, stable ? STABLE_MILLIS : TIMEOUT_MILLIS);
    }

    /**
     * What the group's offset says.
     *
     * @param stable whether a transaction that may still change it has to end first
     * @throws ExecutionException with a {@link TimeoutException} if it does not within the timeout
     */
    private Optional<LastBatch> read(boolean stable, int timeoutMillis)
            throws ExecutionException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofMillis(timeoutMillis).toNanos();
        while (true) {
            Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets(
                            Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(place))),
                            new ListConsumerGroupOffsetsOptions()
                                    .requireStable(stable)
                                    .timeoutMs(timeoutMillis))
                    .partitionsToOffsetAndMetadata(group)
                    .get();
            // the client leaves out an offset that a transaction may still change, and has null for none
            if (offsets.containsKey(place)) {
                return LastBatch.of(offsets.get(place), group);
            }
            if (System.nanoTime() - deadline > 0) {
                throw new ExecutionException(new TimeoutException(
                        "a transaction of '" + group + "' has not ended within " + timeoutMillis + " ms"));
            }
            TimeUnit.MILLISECONDS.sleep(ASK_AGAIN_MILLIS);
        }
    }

    @SuppressWarnings("removal") // Kafka 5 makes it an interface; until then the other way is a consumer for this alone
    private void send(Producer<byte[], byte[]> through, LastBatch batch) {
        through.sendOffsetsToTransaction(Map.of(place, batch.offset()), new ConsumerGroupMetadata(group));
    }

    /** Makes a new producer, if the output is still this owner's; returns its last batch. */
    private Optional<Instant> claimAgain(SinkOwner own) throws InterruptedException, ExecutionException {
        for (int attempt = 1; ; attempt++) {
            Optional<LastBatch> found = read(false);
            if (found.isPresent() && !found.get().isOf(own)) {
                throw new MillraceException(
                        ErrorCode.FENCED,
                        "output '" + own.output() + "' of program '" + own.programId() + "' belongs to checkpoint "
                                + found.get().identity() + ", epoch "
                                + found.get().epoch() + " now, as the offset of"
                                + " group '" + group + "' says, and this process has checkpoint " + own.identity()
                                + ", epoch " + own.epoch() + ": another process has taken the output over");
            }
            if (claim(own, found.map(there -> there.claim(group)), found.flatMap(LastBatch::time))) {
                return read(true).flatMap(LastBatch::time);
            }
            if (attempt == TRIES) {
                throw failed("claiming output '" + own.output() + "' again", new ProducerFencedException("again"));
            }
        }
    }

    @Override
    public void commit(Batch<?> batch) throws Exception {
        commit(batch, Refusals.strict());
    }

    @Override
    public void commit(Batch<?> batch, Refusals refusals) throws Exception {
        if (batch.isEmpty()) {
            return;
        }
        Instant time = batch.id().batchTime();
        Sending sending = new Sending(batch, refusals);
        for (int attempt = 1; ; attempt++) {
            try {
                sending.commit();
                return;
            } catch (Records.NotWithout e) {
                drop();
                throw e.why();
            } catch (Exception | Error e) {
                drop();
                SinkOwner by = owner;
                if (by == null || !isFenced(e) || attempt == TRIES) {
                    if (e instanceof KafkaException) {
                        throw failed(
                                "writing batch " + time + " of output '"
                                        + batch.id().output() + "'",
                                e);
                    }
                    throw e;
                }
                // fenced by the process that took it over, which this says, or by a zombie, which must not win
                Optional<Instant> last = claimAgain(by);
                if (last.isPresent() && !time.isAfter(last.get())) {
                    return;
                }
            }
        }
    }

    /** The writing of one batch: in vain if another process initialises the transactional id meanwhile. */
    private final class Sending {
        private final Batch<?> batch;
        private final Refusals refusals;

        /** What is left when the refused elements are known; null as long as none is. */
        private @Nullable List<Object> taken;

        Sending(Batch<?> batch, Refusals refusals) {
            this.batch = batch;
            this.refusals = refusals;
        }

        void commit() throws Exception {
            Producer<byte[], byte[]> through = producer;
            SinkOwner by = owner;
            if (through == null || by == null) {
                throw new MillraceException(
                        ErrorCode.EXTERNAL_SYSTEM,
                        "batch " + batch.id().batchTime()
                                + " has no producer to be written by: the output is claimed anew");
            }
            List<Object> known = taken;
            try {
                write(through, by, known == null ? batch::forEach : Records.Elements.of(known));
                return;
            } catch (Records.Refused e) {
                if (known != null) {
                    throw e.why(); // what was taken a moment ago
                }
            }
            List<Object> others = records.sort(through, batch::forEach, refusals);
            taken = others;
            write(through, by, Records.Elements.of(others));
        }

        private void write(Producer<byte[], byte[]> through, SinkOwner by, Records.Elements elements) throws Exception {
            steps.accept("begin transaction");
            through.beginTransaction();
            try {
                records.send(through, elements);
                steps.accept("send batch's time");
                send(through, LastBatch.of(by, Optional.of(batch.id().batchTime())));
                if (taken != null) {
                    steps.accept("settle what is refused");
                    refusals.settle();
                }
            } catch (Exception | Error e) {
                Records.abort(through, e);
                throw e;
            }
            steps.accept("commit transaction");
            through.commitTransaction();
        }
    }

    /**
     * Whether the producer has lost its transactional id: to another process, which alone does not say whose the output is,
     * or since the brokers forgot the id.
     */
    private static boolean isFenced(Throwable error) {
        for (Throwable e : Causes.of(error)) {
            if (e instanceof ProducerFencedException
                    || e instanceof InvalidProducerEpochException
                    || e instanceof InvalidTxnStateException
                    || e instanceof InvalidPidMappingException) {
                return true;
            }
        }
        return false;
    }

    private MillraceException failed(String doing, Throwable error) {
        return failed(clients, place.topic(), group, doing, error);
    }

    private static MillraceException failed(
            KafkaClients clients, String topic, String group, String doing, Throwable error) {
        Throwable cause = error instanceof ExecutionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof UnknownTopicOrPartitionException) {
            return new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "there is no topic '" + topic + "', found while " + doing + ": make it, or set another 'topic'",
                    cause);
        }
        if (cause instanceof TopicAuthorizationException
                || cause instanceof GroupAuthorizationException
                || cause instanceof TransactionalIdAuthorizationException) {
            return new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "not allowed to write while " + doing + ": " + cause.getMessage()
                            + "; have Read and Write on topic '"
                            + topic + "', Write on transactional id '" + group + "', and Read on group '"
                            + group
                            + "', granted to this program's principal",
                    cause);
        }
        if (isFenced(cause)) {
            return new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    "the transactional id '" + group + "' was taken again and again while " + doing
                            + ": somebody else uses it; give the output another 'transactional.id'",
                    cause);
        }
        return clients.errors().translate(doing, cause);
    }

    private void drop() {
        Producer<byte[], byte[]> old = producer;
        producer = null;
        if (old != null) {
            old.close(Duration.ZERO);
        }
    }

    @Override
    public void close() {
        drop();
        admin.close(Duration.ZERO);
    }
}
