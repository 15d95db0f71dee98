// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import java.util.Arrays;

/**
 * What the bucket holds, what every process believes, and what is still on its way, for epochs 1 and 2 with a few slots
 * each, and epoch 3, which only opens. Compared by value.
 */
final class ProtocolState {
    static final int SLOTS = 2;
    static final int EPOCHS = 2;

    static final byte EMPTY = 0;
    static final byte DATA = 1;
    static final byte FENCE = 2;

    static final byte UNSENT = 0;
    static final byte UNDER_WAY = 1;
    static final byte ANSWERED = 2;
    static final byte ACKED = 3;
    static final byte REFUSED = 4;

    static final byte IDLE = 0;
    static final byte FENCING = 1;
    static final byte DONE = 2;
    static final byte SUPERSEDED = 3;

    static final byte UNKNOWN = -1;

    private static final int PUT = SLOTS * EPOCHS;
    private static final int DELETING = 2 * PUT;
    private static final int FENCED_ONCE = 3 * PUT;
    private static final int SEAL = 4 * PUT;
    private static final int CURSOR = SEAL + 2 * EPOCHS;
    private static final int PHASE = CURSOR + 2 * EPOCHS;
    private static final int START = PHASE + 2;
    private static final int FREED = START + EPOCHS;
    private static final int HIGHEST = FREED + EPOCHS;
    private static final int RECORDED = HIGHEST + 1;
    private static final int LENGTH = RECORDED + 1;

    private final byte[] cells;

    private ProtocolState(byte[] cells) {
        this.cells = cells;
    }

    /** Epoch 1 has just opened the log. */
    static ProtocolState initial() {
        ProtocolState state = new ProtocolState(new byte[LENGTH]);
        Arrays.fill(state.cells, SEAL, SEAL + 2 * EPOCHS, UNKNOWN);
        state.cells[HIGHEST] = 1;
        state.cells[RECORDED] = UNKNOWN;
        return state;
    }

    ProtocolState copy() {
        return new ProtocolState(cells.clone());
    }

    /** What a slot of the bucket holds. */
    byte slot(int epoch, int slot) {
        return cells[at(epoch, slot)];
    }

    void slot(int epoch, int slot, byte to) {
        cells[at(epoch, slot)] = to;
    }

    /** How far the writer of an epoch is with a slot. */
    byte put(int epoch, int slot) {
        return cells[PUT + at(epoch, slot)];
    }

    void put(int epoch, int slot, byte to) {
        cells[PUT + at(epoch, slot)] = to;
    }

    /** Whether somebody has asked for a slot to be deleted, which may happen at any time from then on, and again. */
    boolean deleting(int epoch, int slot) {
        return cells[DELETING + at(epoch, slot)] != 0;
    }

    void delete(int epoch, int slot) {
        cells[DELETING + at(epoch, slot)] = 1;
    }

    /** Whether somebody has asked for a fence in a slot, which may come at any time from then on. */
    boolean fencedOnce(int epoch, int slot) {
        return cells[FENCED_ONCE + at(epoch, slot)] != 0;
    }

    void fenceOnce(int epoch, int slot) {
        cells[FENCED_ONCE + at(epoch, slot)] = 1;
    }

    /** Where an opener (2 or 3) found an epoch to end. */
    byte seal(int opener, int epoch) {
        return cells[SEAL + (opener - 2) * EPOCHS + epoch - 1];
    }

    void seal(int opener, int epoch, int slot) {
        cells[SEAL + (opener - 2) * EPOCHS + epoch - 1] = (byte) slot;
    }

    /** Where an opener tries the next fence. */
    byte cursor(int opener, int epoch) {
        return cells[CURSOR + (opener - 2) * EPOCHS + epoch - 1];
    }

    void cursor(int opener, int epoch, int slot) {
        cells[CURSOR + (opener - 2) * EPOCHS + epoch - 1] = (byte) slot;
    }

    byte phase(int opener) {
        return cells[PHASE + opener - 2];
    }

    void phase(int opener, byte to) {
        cells[PHASE + opener - 2] = to;
    }

    /** The first slot of an epoch that counts, as the marks say. */
    byte start(int epoch) {
        return cells[START + epoch - 1];
    }

    void start(int epoch, int slot) {
        cells[START + epoch - 1] = (byte) slot;
    }

    /** Whether the marks say that an epoch's segments are freed. */
    boolean freed(int epoch) {
        return cells[FREED + epoch - 1] != 0;
    }

    void free(int epoch) {
        cells[FREED + epoch - 1] = 1;
    }

    /** The highest epoch in the chain of marks. */
    byte highest() {
        return cells[HIGHEST];
    }

    void highest(int epoch) {
        cells[HIGHEST] = (byte) epoch;
    }

    /** Where epoch 1 ends, as epoch 2 wrote it into a mark. */
    byte recorded() {
        return cells[RECORDED];
    }

    void record(int slot) {
        cells[RECORDED] = (byte) slot;
    }

    private static int at(int epoch, int slot) {
        return (epoch - 1) * SLOTS + slot;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProtocolState state && Arrays.equals(cells, state.cells);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(cells);
    }
}
