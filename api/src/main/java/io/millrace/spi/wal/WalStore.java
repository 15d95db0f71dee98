// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.wal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The logs of one program, in one place. All methods may block for as long as the medium takes, and may be called from
 * any thread, but {@link #claim} and {@link #open} only by one at a time.
 *
 * <p>The protocol: claim an epoch through the program's ledger, then open each log with exactly that epoch. A store that
 * {@linkplain WalCapability#FENCES_LIVE_WRITER fences} makes every append of a lower epoch fail from the moment the open
 * returns; one that only {@linkplain WalCapability#EXCLUSIVE_LOCK_ONLY locks} refuses the claim while the holder lives.
 *
 * <p>Log names are {@code [a-z0-9][a-z0-9-]*}, at most 100 characters.
 *
 * @since 0.1
 */
public interface WalStore extends AutoCloseable {
    /** What this store can do. */
    WalCapabilities capabilities();

    /**
     * Claims a new epoch, higher than every one before it: the store's compare-and-set. Until {@link #close()}, or until
     * another process claims a higher one, this process owns the program.
     *
     * @param ledger the log that stands for the program
     * @param me who claims, for the message that others get
     * @return the epoch, 1 at first
     * @throws WalException {@code LOCKED} if the store only locks and the holder lives
     */
    long claim(String ledger, WriterIdentity me) throws WalException;

    /**
     * Opens a log for writing: fences every lower epoch, seals what they wrote, and starts a segment of its own at the
     * first append. Never appends to another epoch's segment.
     *
     * @param epoch what {@link #claim} returned
     * @throws WalException {@code FENCED} if a higher epoch exists; {@code CORRUPT} if a sealed part is damaged where
     *     the store must look; {@code TRANSIENT} if the tail cannot be sealed yet
     */
    WalWriter open(String log, long epoch) throws WalException;

    /** Opens a log for reading. Never fences, never writes; an absent log is empty. */
    WalReader reader(String log) throws WalException;

    /** The names of the logs that exist, sorted. */
    List<String> logs() throws WalException;

    /**
     * Removes a log's data. Claims and fences stay for ever, so that a writer of old can never be believed again.
     *
     * @param epoch the caller's; no other process may have claimed a higher one
     */
    void delete(String log, long epoch) throws WalException;

    /**
     * When a process that claimed this program was last seen alive; empty if the store cannot tell or none was. Lets a
     * second process wait as a standby instead of fencing the first.
     */
    default Optional<Duration> sinceHeartbeat(String ledger) throws WalException {
        return Optional.empty();
    }

    /** The same place as a store of immutable named blobs, if it is one. */
    default Optional<ObjectStore> objects() {
        return Optional.empty();
    }

    /** Releases the claim and everything opened. Idempotent. */
    @Override
    void close();
}
