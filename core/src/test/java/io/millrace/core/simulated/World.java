// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulated;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.source.Position;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What outlives the processes: a source of records, and what outputs were called with. Notes what must not happen.
 * Nothing in here waits, and nobody gets the turn meanwhile.
 */
final class World {
    private static final int KEYS = 7;

    private final List<List<String>> partitions = new ArrayList<>();
    private final Map<String, Long> acknowledged = new TreeMap<>();
    private final TreeMap<Long, List<String>> batches = new TreeMap<>();
    private final Map<String, Long> totals = new HashMap<>();
    private final Set<String> seen = new HashSet<>();
    private final List<String> broken = new ArrayList<>();
    private final Set<Long> committed = new HashSet<>();
    private final int recordBytes;
    private boolean forgetful;
    private @Nullable Random fickle;
    private int added;
    private long taken;
    private long mostAhead;
    private long epoch;

    World(int partitions) {
        this(partitions, 0);
    }

    /** A source whose records have so many bytes, or some by chance. */
    World(int partitions, int recordBytes) {
        this.recordBytes = recordBytes;
        for (int p = 0; p < partitions; p++) {
            this.partitions.add(new ArrayList<>());
        }
    }

    /** The source keeps nothing that was acknowledged. */
    World forgetful() {
        forgetful = true;
        return this;
    }

    /** The source says at every question something else, as far as it may. */
    World fickle(Random chance) {
        fickle = chance;
        return this;
    }

    /** Where a partition is said to end. */
    long announced(int partition) {
        return fickle == null ? end(partition) : fickle.nextLong(end(partition) + 1);
    }

    /** How many records of a partition are planned, of a number that is allowed. */
    long planned(long allowed) {
        return fickle == null ? allowed : Math.min(allowed, fickle.nextInt(20));
    }

    /** Where partitions are said to begin that the ledger knows, which is nobody's business any more. */
    Map<String, Position> hearsay(Map<String, Position> known) {
        Map<String, Position> said = new TreeMap<>();
        if (fickle != null) {
            known.forEach((partition, position) -> said.put(partition, Position.of(fickle.nextInt(100))));
        }
        return said;
    }

    /** Adds records to the source; the first word of each is its key. */
    void add(int records) {
        for (int end = added + records; added < end; added++) {
            String line = "k" + added % KEYS + " " + added + " ";
            int filling = recordBytes == 0 ? added % 90 : recordBytes - line.length();
            partitions.get(added % partitions.size()).add(line + "x".repeat(filling));
        }
    }

    /** Somebody took a record and is to put it out. */
    void take() {
        taken++;
        mostAhead = Math.max(mostAhead, taken - seen.size());
    }

    long taken() {
        return taken;
    }

    /** How many records somebody had at a time, at most. */
    long mostAhead() {
        return mostAhead;
    }

    /** The target takes nothing from a process that was replaced. */
    private void admit(long from) {
        if (from < epoch) {
            throw new MillraceException(ErrorCode.FENCED, "epoch " + from + " ended: this is " + epoch);
        }
        epoch = from;
    }

    int added() {
        return added;
    }

    int partitions() {
        return partitions.size();
    }

    static String name(int partition) {
        return "p" + partition;
    }

    static int index(String partition) {
        return Integer.parseInt(partition.substring(1));
    }

    long end(int partition) {
        return partitions.get(partition).size();
    }

    byte[] record(int partition, long offset) {
        if (forgetful && offset < acknowledged.getOrDefault(name(partition), 0L)) {
            broken.add("record " + offset + " of " + name(partition) + " is read, which was acknowledged");
        }
        return partitions.get(partition).get((int) offset).getBytes(StandardCharsets.UTF_8);
    }

    /** The source need not keep what is before these positions. */
    void acknowledge(Map<String, Position> positions) {
        positions.forEach((partition, position) -> acknowledged.merge(partition, position.number(), Math::max));
    }

    /** Somebody begins to read: nothing that was acknowledged may be asked for again. */
    void resume(Map<String, Position> positions) {
        acknowledged.forEach((partition, until) -> {
            Position position = positions.get(partition);
            if (position == null || position.number() < until) {
                broken.add(partition + " was acknowledged up to " + until + ", and is to be read from " + position);
            }
        });
    }

    /** An output is called with a batch. */
    void output(long from, long batchTime, List<String> lines) {
        admit(from);
        List<String> sorted = lines.stream().sorted().toList();
        List<String> before = batches.putIfAbsent(batchTime, sorted);
        if (committed.contains(batchTime)) {
            broken.add("batch " + batchTime + " runs though it was committed");
        }
        if (before != null && !before.equals(sorted)) {
            broken.add("batch " + batchTime + " had " + before + " and has " + sorted);
        }
        seen.addAll(lines);
    }

    /** An output sees a total, which is to be of all batches up to its own. */
    void total(long from, long batchTime, String key, long total) {
        admit(from);
        totals.put(key, total);
        long expected = batches.headMap(batchTime, true).values().stream()
                .flatMap(List::stream)
                .filter(line -> line.startsWith(key + " "))
                .count();
        if (total != expected) {
            broken.add("the total of " + key + " after batch " + batchTime + " is " + total + ", not " + expected);
        }
    }

    /** A batch will never run again. */
    void committed(long batchTime) {
        committed.add(batchTime);
    }

    void broken(String what) {
        broken.add(what);
    }

    boolean allSeen() {
        return seen.size() == added;
    }

    /** Throws if anything was seen that must not be. */
    void check() {
        if (!broken.isEmpty()) {
            throw new AssertionError(broken.get(0));
        }
    }

    /** Throws unless everything was counted once. */
    void checkAnswer() {
        check();
        int count = batches.values().stream().mapToInt(List::size).sum();
        if (count != added || seen.size() != added) {
            throw new AssertionError(
                    added + " records were added, " + seen.size() + " of them are in " + count + " places of batches");
        }
        for (int k = 0; k < KEYS; k++) {
            long expected = (added - k + KEYS - 1L) / KEYS;
            if (expected > 0 && totals.getOrDefault("k" + k, 0L) != expected) {
                throw new AssertionError(
                        "k" + k + " was added " + expected + " times, its total is " + totals.get("k" + k));
            }
        }
    }
}
