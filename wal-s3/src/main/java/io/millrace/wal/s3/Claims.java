// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WriterIdentity;
import io.millrace.wal.s3.Creator.Result;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The epochs of a program: an object each, created once and never removed (S3-30). Each is its number's, so a claim that
 * is carried out late finds the number taken.
 */
final class Claims {
    private final Bucket bucket;
    private final Keys keys;
    private final Creator creator;
    private final Set<Long> ours = new HashSet<>();

    Claims(Bucket bucket, Keys keys, Creator creator) {
        this.bucket = bucket;
        this.keys = keys;
        this.creator = creator;
    }

    /** Claims the next epoch. */
    synchronized long claim(String ledger, WriterIdentity me) {
        String text = "millrace-claim 1\nledger " + ledger + "\nprogram " + me.program() + "\nhost " + me.host()
                + "\npid " + me.pid() + "\nstarted " + Instant.ofEpochMilli(me.startedMillis()) + "\n";
        long epoch = highestAfter(0);
        while (true) {
            epoch++;
            if (create(epoch, text).ours()) {
                long higher = highestAfter(epoch);
                if (higher == epoch) {
                    ours.add(epoch);
                    return epoch;
                }
                epoch = higher; // a log was opened with an epoch from elsewhere
            }
        }
    }

    /**
     * Makes sure that an epoch is the highest and ours; one that was claimed elsewhere is claimed here, too.
     *
     * @throws WalException {@code FENCED} if it is not
     */
    synchronized void own(long epoch) {
        verify(epoch);
        if (ours.contains(epoch)) {
            return;
        }
        if (!create(epoch, "millrace-claim 1\nprogram claimed in another store\n")
                .ours()) {
            throw fenced(epoch, epoch);
        }
        ours.add(epoch);
        verify(epoch);
    }

    /** @throws WalException {@code FENCED} if an epoch is not the highest */
    void verify(long epoch) {
        long highest = highestAfter(epoch);
        if (highest > epoch) {
            throw fenced(epoch, highest);
        }
    }

    WalException fenced(long epoch, long by) {
        return new WalException(
                Reason.FENCED,
                "epoch " + by + " was claimed by another process (" + describe(by) + "); this one has epoch " + epoch
                        + " and must end");
    }

    private Result create(long epoch, String text) {
        try {
            return creator.create(keys.claim(epoch), ByteBuffer.wrap(text.getBytes(UTF_8)));
        } catch (BucketException e) {
            throw e.toWal("claim epoch " + epoch + " with object '" + keys.claim(epoch) + "'");
        }
    }

    private long highestAfter(long epoch) {
        AtomicLong highest = new AtomicLong(epoch);
        try {
            String after = epoch == 0 ? "" : keys.claim(epoch);
            Listing.each(
                    bucket,
                    keys.claims(),
                    after,
                    claim -> keys.epochOf(claim.key()).ifPresent(found -> highest.accumulateAndGet(found, Math::max)));
        } catch (BucketException e) {
            throw e.toWal("list the claims in '" + keys.claims() + "'");
        }
        return highest.get();
    }

    /** Who claimed an epoch, for people. */
    private String describe(long epoch) {
        try {
            String text = new String(Texts.read(bucket, keys.claim(epoch)), UTF_8);
            return String.join(", ", text.lines().skip(1).toList());
        } catch (BucketException e) {
            return "see object '" + keys.claim(epoch) + "'";
        }
    }
}
