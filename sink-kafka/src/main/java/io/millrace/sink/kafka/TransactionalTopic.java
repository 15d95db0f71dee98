// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.kafka;

import io.millrace.api.Batch;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.receiver.kafka.common.KafkaClients;
import io.millrace.spi.plugin.Closing;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkClaim;
import io.millrace.spi.sink.SinkOwner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
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

    private final KafkaClients clients;
    private final Admin admin;
    private final String group;
    private final TopicPartition place;
    private final RecordMaker<Object> maker;
    private final Consumer<String> steps;
    private @Nullable SinkOwner owner;
    private volatile @Nullable Producer<byte[], byte[]> producer;

    private TransactionalTopic(
            KafkaClients clients,
            Admin admin,
            String topic,
            String id,
            RecordMaker<Object> maker,
            Consumer<String> steps) {
        this.clients = clients;
        this.admin = admin;
        this.group = id;
        this.place = new TopicPartition(topic, 0);
        this.maker = maker;
        this.steps = steps;
    }

    static TransactionalTopic open(
            KafkaClients clients, String topic, String id, RecordMaker<Object> maker, Consumer<String> steps) {
        Admin admin = clients.admin();
        TransactionalTopic opened = new TransactionalTopic(clients, admin, topic, id, maker, steps);
        try {
            admin.describeTopics(List.of(topic), new DescribeTopicsOptions().timeoutMs(TIMEOUT_MILLIS))
                    .allTopicNames()
                    .get();
            return opened;
        } catch (ExecutionException e) {
            opened.close();
            throw opened.failed("looking for topic '" + topic + "'", e);
        } catch (InterruptedException e) {
            opened.close();
            Thread.currentThread().interrupt();
            throw clients.errors().translate("looking for topic '" + topic + "'", e);
        }
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
        Producer<byte[], byte[]> made = clients.transactionalProducer(group);
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
        if (batch.isEmpty()) {
            return;
        }
        Instant time = batch.id().batchTime();
        for (int attempt = 1; ; attempt++) {
            try {
                commitOnce(batch);
                return;
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
                // fenced by whoever took it over, which this says, or by a zombie, which must not win
                Optional<Instant> last = claimAgain(by);
                if (last.isPresent() && !time.isAfter(last.get())) {
                    return;
                }
            }
        }
    }

    private void commitOnce(Batch<?> batch) throws Exception {
        Producer<byte[], byte[]> through = producer;
        SinkOwner by = owner;
        if (through == null || by == null) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    "batch " + batch.id().batchTime()
                            + " has no producer to be written by: the output is claimed anew");
        }
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        steps.accept("begin transaction");
        through.beginTransaction();
        try {
            batch.forEach(element -> {
                Future<RecordMetadata> unused = through.send(maker.record(place.topic(), element), (written, e) -> {
                    if (e != null) {
                        failure.compareAndSet(null, e);
                    }
                });
            });
        } catch (Exception | Error e) {
            abort(through, e);
            throw e;
        }
        steps.accept("send batch's time");
        send(through, LastBatch.of(by, Optional.of(batch.id().batchTime())));
        steps.accept("commit transaction");
        through.commitTransaction(); // throws if a record was not written
        Exception lost = failure.get();
        if (lost != null) {
            throw new IllegalStateException("a transaction was committed without one of its records", lost);
        }
    }

    private static void abort(Producer<byte[], byte[]> through, Throwable cause) {
        try {
            through.abortTransaction();
        } catch (RuntimeException e) {
            Closing.suppress(cause, e); // the next claim ends the transaction
        }
    }

    /** Whether another process has initialised the transactional id, which alone does not say whose the output is. */
    private static boolean isFenced(@Nullable Throwable error) {
        for (Throwable e = error; e != null; e = e.getCause()) {
            if (e instanceof ProducerFencedException || e instanceof InvalidProducerEpochException) {
                return true;
            }
        }
        return false;
    }

    private MillraceException failed(String doing, Throwable error) {
        Throwable cause = error instanceof ExecutionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof UnknownTopicOrPartitionException) {
            return new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "there is no topic '" + place.topic() + "', found while " + doing
                            + ": make it, or set another 'topic'",
                    cause);
        }
        if (cause instanceof TopicAuthorizationException
                || cause instanceof GroupAuthorizationException
                || cause instanceof TransactionalIdAuthorizationException) {
            return new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "not allowed to write while " + doing + ": " + cause.getMessage()
                            + "; have Read and Write on topic '"
                            + place.topic() + "', Write on transactional id '" + group + "', and Read on group '"
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
