// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.kafka;

import io.millrace.api.MillraceException;
import io.millrace.api.StreamClock;
import io.millrace.api.function.RecordConsumer;
import io.millrace.spi.plugin.Causes;
import io.millrace.spi.plugin.Closing;
import io.millrace.spi.sink.Refusals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends the records of a batch, in a transaction that the caller began and ends. A record that is refused spoils its
 * transaction, and others fail with it for the same reason. So the records that are refused are looked for in transactions
 * that are aborted whatever they say: of a part that fails, each half is tried.
 *
 * @param topic the topic of the sink
 * @param maker makes the records of the elements
 * @param patience how long records may be on their way
 * @param clock says when that is over
 * @param steps told of each step before it is taken
 */
record Records(String topic, RecordMaker<Object> maker, Duration patience, StreamClock clock, Consumer<String> steps) {
    /** A record was refused: by a broker, by the producer, or by the function that makes it; the cause says why. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final Exception why;

        Refused(Exception why) {
            super(why);
            this.why = why;
        }

        /** What was thrown. */
        Exception why() {
            return why;
        }
    }

    /** An element is refused that the batch is not to be committed without; the cause is to be let through. */
    static final class NotWithout extends Exception {
        private static final long serialVersionUID = 1L;

        private final Exception why;

        NotWithout(Exception why) {
            super(why);
            this.why = why;
        }

        Exception why() {
            return why;
        }
    }

    /** Elements, given one after the other. */
    @FunctionalInterface
    interface Elements {
        void forEach(RecordConsumer<Object> consumer) throws Exception;

        static Elements of(List<Object> elements) {
            return consumer -> {
                for (Object element : elements) {
                    consumer.accept(element);
                }
            };
        }
    }

    /**
     * Sends records, and waits until the brokers have them all.
     *
     * @throws Refused if one of them is refused
     */
    void send(Producer<byte[], byte[]> through, Elements elements) throws Exception {
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        elements.forEach(element -> {
            ProducerRecord<byte[], byte[]> record = make(element);
            try {
                Future<RecordMetadata> unused = through.send(record, (written, e) -> {
                    if (e != null) {
                        failure.compareAndSet(null, e);
                    }
                });
            } catch (KafkaException e) { // after an earlier one has failed, which says why
                throw failed(failure.get(), e);
            }
        });
        flush(through);
        Exception first = failure.get();
        if (first != null) {
            throw failed(first, first);
        }
    }

    /** Waits until each record is written or has failed. A producer that does neither is closed. */
    private void flush(Producer<byte[], byte[]> through) {
        AtomicBoolean late = new AtomicBoolean();
        StreamClock.Cancellable end = clock.schedule(patience, () -> {
            late.set(true);
            through.close(Duration.ZERO);
        });
        try {
            through.flush();
        } finally {
            end.cancel();
        }
        if (late.get()) {
            throw new TimeoutException("records of topic '" + topic + "' were neither written nor refused within "
                    + patience.toMillis() + " ms; if the topic takes less than the producer's"
                    + " batch.size (its max.message.bytes), set kafka.batch.size to no more than that");
        }
    }

    private ProducerRecord<byte[], byte[]> make(Object element) throws Refused {
        try {
            return maker.record(topic, element);
        } catch (MillraceException e) {
            if (e.code().retriable()) {
                throw e;
            }
            throw new Refused(e);
        } catch (RuntimeException e) {
            throw new Refused(e);
        }
    }

    private static Exception failed(@Nullable Exception first, Exception thrown) {
        Exception why = first == null ? thrown : first;
        return isOfARecord(why) ? new Refused(why) : why;
    }

    /** Whether it is the fault of a record, which would be refused again. */
    private static boolean isOfARecord(Throwable error) {
        for (Throwable e : Causes.of(error)) {
            if (e instanceof RecordTooLargeException
                    || e instanceof InvalidRecordException
                    || e instanceof InvalidTimestampException) {
                return true;
            }
        }
        return false;
    }

    /**
     * Finds the records that are refused.
     *
     * @param elements all elements of a batch
     * @param refusals told of each that is refused, in order
     * @return the others, in order
     * @throws NotWithout if that throws
     */
    List<Object> sort(Producer<byte[], byte[]> through, Elements elements, Refusals refusals) throws Exception {
        steps.accept("look for refused records");
        List<Object> all = new ArrayList<>();
        elements.forEach(all::add);
        List<Object> taken = new ArrayList<>(all.size());
        sort(through, all, taken, refusals);
        return taken;
    }

    private void sort(Producer<byte[], byte[]> through, List<Object> some, List<Object> taken, Refusals refusals)
            throws Exception {
        Exception why = attempt(through, some);
        if (why == null) {
            taken.addAll(some);
        } else if (some.size() == 1) {
            try {
                refusals.refuse(some.get(0), why);
            } catch (Exception e) {
                throw new NotWithout(e);
            }
        } else {
            int half = some.size() / 2;
            sort(through, some.subList(0, half), taken, refusals);
            sort(through, some.subList(half, some.size()), taken, refusals);
        }
    }

    /** Why one of the records is refused; null if none is. */
    private @Nullable Exception attempt(Producer<byte[], byte[]> through, List<Object> some) throws Exception {
        steps.accept("try records");
        through.beginTransaction();
        Exception why = null;
        try {
            send(through, Elements.of(some));
        } catch (Refused e) {
            why = e.why();
        } catch (Exception | Error e) {
            abort(through, e);
            throw e;
        }
        through.abortTransaction();
        return why;
    }

    static void abort(Producer<byte[], byte[]> through, Throwable cause) {
        try {
            through.abortTransaction();
        } catch (RuntimeException e) {
            Closing.suppress(cause, e); // the next claim ends the transaction
        }
    }
}
