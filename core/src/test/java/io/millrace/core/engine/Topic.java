// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.source.Position;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A replayable source in memory: partitions of records that stay for ever. What was committed outward is remembered. */
public final class Topic {
    private static final Map<String, Topic> TOPICS = new ConcurrentHashMap<>();

    /** By partition, up to where somebody said that he needs it no more. */
    public final Map<String, Long> acknowledged = new ConcurrentHashMap<>();

    private final String name;
    private final Map<Integer, Long> beginnings = new ConcurrentHashMap<>();
    private volatile Runnable whenAcknowledged = () -> {};
    private volatile boolean forgetful;
    private volatile boolean remembering;
    private volatile boolean acceptsLoss;
    private long dieAt = -1;
    private final List<List<byte[]>> partitions = new ArrayList<>();

    private Topic(String name, int partitions) {
        this.name = name;
        for (int p = 0; p < partitions; p++) {
            this.partitions.add(new ArrayList<>());
        }
    }

    /** Makes one that providers find by its name. */
    public static Topic create(String name, int partitions) {
        Topic topic = new Topic(name, partitions);
        TOPICS.put(name, topic);
        return topic;
    }

    static Topic find(String name) {
        return TOPICS.get(name);
    }

    synchronized int partitions() {
        return partitions.size();
    }

    /** Adds a partition. */
    public synchronized void grow() {
        partitions.add(new ArrayList<>());
    }

    /** Runs {@code then} from now on, on his thread, whenever somebody says what he needs no more. */
    public void whenAcknowledged(Runnable then) {
        whenAcknowledged = then;
    }

    /** Keeps nothing any more that somebody said he does not need. */
    public void forgetful() {
        forgetful = true;
    }

    /** Has no records before this offset any more; it has again those behind a lower one. */
    public void beginAt(int partition, long offset) {
        beginnings.put(partition, offset);
    }

    /** Says from now on what of its records is gone, and that whoever reads them goes on without. */
    public void acceptLoss() {
        acceptsLoss = true;
    }

    boolean acceptsLoss() {
        return acceptsLoss;
    }

    long beginning(int partition) {
        return beginnings.getOrDefault(partition, 0L);
    }

    /** Says from now on what was acknowledged to a program that has forgotten it. */
    public void remembering() {
        remembering = true;
    }

    Map<String, Position> published() {
        Map<String, Position> published = new HashMap<>();
        if (remembering) {
            acknowledged.forEach((partition, until) -> published.put(partition, Position.of(until)));
        }
        return published;
    }

    void acknowledge(Map<String, Position> positions) {
        positions.forEach((partition, position) -> {
            acknowledged.put(partition, position.number());
            if (forgetful) {
                beginAt(index(partition), position.number());
            }
        });
        whenAcknowledged.run();
    }

    String partition(int p) {
        return name + "-" + p;
    }

    int index(String partition) {
        return Integer.parseInt(partition.substring(name.length() + 1));
    }

    /** Adds a record. */
    public synchronized void add(int partition, String value) {
        partitions.get(partition).add(value.getBytes(StandardCharsets.UTF_8));
    }

    /** The offset of the next record. */
    public synchronized long end(int partition) {
        return partitions.get(partition).size();
    }

    /** Throws an error, once, at whoever reads the record at this offset: a receiver's thread, for instance. */
    public synchronized void dieAt(long offset) {
        dieAt = offset;
    }

    synchronized byte[] record(int partition, long offset) {
        if (offset == dieAt) {
            dieAt = -1;
            throw new AssertionError("a record that kills who reads it");
        }
        long beginning = beginning(partition);
        if (offset < beginning) {
            throw new MillraceException(
                    ErrorCode.EXTERNAL_SYSTEM,
                    "topic '" + name + "' no longer has the record of " + partition(partition) + " at offset " + offset
                            + ": available are offsets " + beginning + " to " + end(partition));
        }
        return partitions.get(partition).get((int) offset);
    }
}
