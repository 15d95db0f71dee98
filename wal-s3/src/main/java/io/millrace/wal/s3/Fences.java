// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalPosition;
import io.millrace.wal.s3.Creator.Owner;
import io.millrace.wal.s3.Creator.Result;
import io.millrace.wal.s3.LogLoader.Listed;
import io.millrace.wal.s3.Mark.Sealed;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Ends the epochs of others (S3-40). A fence is an empty object in a slot: its writer, who acknowledges slot by slot, can
 * never acknowledge that slot or one behind it. All slots before an epoch's lowest fence hold frames, so everybody who
 * looks finds the same end, for as long as that fence stays: for ever.
 */
final class Fences {
    private static final int ROUNDS = 1000;

    private final Keys keys;
    private final Creator creator;
    private final Calls calls;
    private final Garbage garbage;
    private final int window;

    /** @param inFlight how many appends a writer has under way at most; more only make the fence take longer */
    Fences(Keys keys, Creator creator, Calls calls, Garbage garbage, int inFlight) {
        this.keys = keys;
        this.creator = creator;
        this.calls = calls;
        this.garbage = garbage;
        this.window = 2 * inFlight;
    }

    /**
     * Ends an epoch; what it finds in its slots goes into {@code listed}.
     *
     * @param from the first of its slots that counts
     */
    Sealed seal(String log, long epoch, long from, Listed listed) {
        long slot = listed.firstFree(epoch, from == Long.MAX_VALUE ? 0 : from);
        int width = 1; // its writer is dead, most often
        for (int round = 0; round < ROUNDS; round++) {
            long begin = slot;
            List<Integer> lengths = calls.all(LongStream.range(begin, begin + width)
                    .<Supplier<Integer>>mapToObj(at -> () -> fence(log, WalPosition.segment(epoch, at), listed)));
            for (int i = 0; i < width; i++) {
                if (lengths.get(i) == 0) {
                    removeOthers(log, epoch, begin + i, begin + width);
                    return new Sealed(epoch, begin + i);
                }
            }
            slot = begin + width;
            width = window;
        }
        throw new WalException(
                Reason.TRANSIENT,
                "epoch " + epoch + " of log '" + log
                        + "' cannot be fenced: its writer fills slot after slot; try again");
    }

    /** Puts a fence into a slot unless it holds something; returns the length of what it then holds. */
    private int fence(String log, long segment, Listed listed) {
        synchronized (listed) {
            Integer known = listed.lengths().get(segment);
            if (known != null && known == 0) {
                return 0;
            }
        }
        String key = keys.segment(log, segment);
        for (int round = 0; round < ROUNDS; round++) {
            Result result = put(key, log);
            Bucket.@Nullable Stored found = result.found();
            if (result.owner() != Owner.GONE) {
                int length = found == null ? 0 : Math.toIntExact(found.length());
                synchronized (listed) {
                    listed.lengths().put(segment, length);
                }
                return length;
            }
        }
        throw new WalException(Reason.TRANSIENT, "object '" + key + "' comes and goes: try again");
    }

    private Result put(String key, String log) {
        try {
            return creator.create(key, ByteBuffer.allocate(0));
        } catch (BucketException e) {
            throw e.toWal("fence log '" + log + "' with object '" + key + "'");
        }
    }

    /** Removes fences above the lowest one, which does all the work. */
    private void removeOthers(String log, long epoch, long lowest, long end) {
        List<String> others = new ArrayList<>();
        for (long slot = lowest + 1; slot < end; slot++) {
            others.add(keys.segment(log, WalPosition.segment(epoch, slot)));
        }
        garbage.remove(others);
    }
}
