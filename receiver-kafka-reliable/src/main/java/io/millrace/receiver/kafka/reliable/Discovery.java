// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.reliable;

import io.millrace.api.MillraceException;
import io.millrace.receiver.kafka.common.Cluster;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that asks every so often which partitions there are. */
final class Discovery implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

    private final Cluster cluster;
    private final Duration interval;
    private final Consumer<Map<TopicPartition, String>> found;
    private final Thread thread;

    /** @param found takes every answer: the partitions with their topics' ids */
    Discovery(Cluster cluster, Duration interval, ThreadFactory threads, Consumer<Map<TopicPartition, String>> found) {
        this.cluster = cluster;
        this.interval = interval;
        this.found = found;
        thread = threads.newThread(this::run);
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(interval.toMillis());
                found.accept(cluster.partitions());
            } catch (InterruptedException e) {
                return;
            } catch (MillraceException e) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                LOG.warn("looking for new partitions failed, and is tried again: {}", e.getMessage());
            }
        }
    }
}
