// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.direct;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Divides a batch's limit among the partitions by how far each is behind. Every partition that is behind gets a record
 * at least, as long as the limit has one for it, the furthest behind first: none starves.
 */
final class RangePlanner {
    private RangePlanner() {}

    /** How many records there are to read. */
    static long lag(Map<String, Position> from, Map<String, Position> available) {
        long total = 0;
        for (Map.Entry<String, Position> entry : from.entrySet()) {
            Position end = available.get(entry.getKey());
            total += end == null
                    ? 0
                    : Math.max(0, end.number() - entry.getValue().number());
        }
        return total;
    }

    /** The ranges, in order of the partitions' names. */
    static List<OffsetRange> plan(Map<String, Position> from, Map<String, Position> available, long limit) {
        List<Share> shares = new ArrayList<>();
        long total = 0;
        for (Map.Entry<String, Position> entry : from.entrySet()) {
            Position end = available.get(entry.getKey());
            long lag = end == null ? 0 : end.number() - entry.getValue().number();
            if (end != null && lag > 0) {
                shares.add(new Share(entry.getKey(), entry.getValue(), end, lag));
                total += lag;
            }
        }
        if (total > limit) {
            divide(shares, limit);
        } else {
            shares.forEach(share -> share.records = share.lag);
        }
        return shares.stream()
                .filter(share -> share.records > 0)
                .sorted(Comparator.comparing(share -> share.partition))
                .map(Share::range)
                .toList();
    }

    /** One for each, then the rest in proportion, then what rounding left over one by one. */
    private static void divide(List<Share> shares, long limit) {
        shares.sort(Comparator.comparingLong((Share share) -> -share.lag).thenComparing(share -> share.partition));
        long left = limit - give(shares, limit);
        long total = shares.stream().mapToLong(Share::missing).sum();
        long rest = left;
        for (Share share : shares) {
            long part = Math.min(Math.min(share.missing(), rest), (long) ((double) left * share.missing() / total));
            share.records += part;
            rest -= part;
        }
        while (rest > 0) {
            rest -= give(shares, rest);
        }
    }

    /** One record for each that misses any, {@code atMost} in total. */
    private static long give(List<Share> shares, long atMost) {
        long given = 0;
        for (Share share : shares) {
            if (given < atMost && share.missing() > 0) {
                share.records++;
                given++;
            }
        }
        return given;
    }

    private static final class Share {
        private final String partition;
        private final Position from;
        private final Position end;
        private final long lag;
        private long records;

        Share(String partition, Position from, Position end, long lag) {
            this.partition = partition;
            this.from = from;
            this.end = end;
            this.lag = lag;
        }

        long missing() {
            return lag - records;
        }

        OffsetRange range() {
            Position until = new Position(from.number() + records, end.detail());
            return new OffsetRange(partition, from, until, records);
        }
    }
}
