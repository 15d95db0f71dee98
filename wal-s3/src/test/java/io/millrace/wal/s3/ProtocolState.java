// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import java.util.Arrays;
import java.util.List;

/**
 * What the bucket holds, what every process believes, and what is still on its way. Compared by value.
 *
 * <p>There are as many writers as epochs with slots, 1 and following; each but the first is an opener, and one more opener
 * comes last, which does not write.
 */
final class ProtocolState {
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

    private final Shape shape;
    private final byte[] cells;

    private ProtocolState(Shape shape, byte[] cells) {
        this.shape = shape;
        this.cells = cells;
    }

    /** How large the world is, and where in a state's cells is what. */
    static final class Shape {
        private final int[] firstSlot;
        private final int slots;
        private final int writers;

        private Shape(List<Integer> slotsOfWriters) {
            writers = slotsOfWriters.size();
            firstSlot = new int[writers + 1];
            for (int i = 0; i < writers; i++) {
                firstSlot[i + 1] = firstSlot[i] + slotsOfWriters.get(i);
            }
            slots = firstSlot[writers];
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("slots");
            for (int epoch = 1; epoch <= writers; epoch++) {
                text.append(' ').append(slots(epoch));
            }
            return text.toString();
        }

        /** A writer for each of these, with so many slots in its epoch. */
        static Shape ofSlots(Integer... slotsOfWriters) {
            return new Shape(List.of(slotsOfWriters));
        }

        int writers() {
            return writers;
        }

        /** The highest epoch that is opened. */
        int lastOpener() {
            return writers + 1;
        }

        /** How many slots an epoch has. */
        int slots(int epoch) {
            return firstSlot[epoch] - firstSlot[epoch - 1];
        }

        private int at(int epoch, int slot) {
            return firstSlot[epoch - 1] + slot;
        }

        private int ends(int opener, int epoch) {
            return 4 * slots + (opener - 2) * writers + epoch - 1;
        }

        private int cursors(int opener, int epoch) {
            return ends(opener, epoch) + writers * writers;
        }

        private int ofEpochs(int kind, int epoch) {
            return 4 * slots + 2 * writers * writers + kind * writers + epoch - 1;
        }

        private int highest() {
            return ofEpochs(4, 1);
        }
    }

    /** Epoch 1 has just opened the log. */
    static ProtocolState initial(Shape shape) {
        ProtocolState state = new ProtocolState(shape, new byte[shape.highest() + 1]);
        for (int epoch = 1; epoch <= shape.writers(); epoch++) {
            for (int opener = 2; opener <= shape.lastOpener(); opener++) {
                state.seal(opener, epoch, UNKNOWN);
            }
            state.record(epoch, UNKNOWN);
        }
        state.highest(1);
        return state;
    }

    Shape shape() {
        return shape;
    }

    ProtocolState copy() {
        return new ProtocolState(shape, cells.clone());
    }

    /** What a slot of the bucket holds. */
    byte slot(int epoch, int slot) {
        return cells[shape.at(epoch, slot)];
    }

    void slot(int epoch, int slot, byte to) {
        cells[shape.at(epoch, slot)] = to;
    }

    /** How far the writer of an epoch is with a slot. */
    byte put(int epoch, int slot) {
        return cells[shape.slots + shape.at(epoch, slot)];
    }

    void put(int epoch, int slot, byte to) {
        cells[shape.slots + shape.at(epoch, slot)] = to;
    }

    /** Whether somebody has asked for a slot to be deleted, which may happen at any time from then on, and again. */
    boolean deleting(int epoch, int slot) {
        return cells[2 * shape.slots + shape.at(epoch, slot)] != 0;
    }

    void delete(int epoch, int slot) {
        cells[2 * shape.slots + shape.at(epoch, slot)] = 1;
    }

    /** Whether somebody has asked for a fence in a slot, which may come at any time from then on. */
    boolean fencedOnce(int epoch, int slot) {
        return cells[3 * shape.slots + shape.at(epoch, slot)] != 0;
    }

    void fenceOnce(int epoch, int slot) {
        cells[3 * shape.slots + shape.at(epoch, slot)] = 1;
    }

    /** Where an opener, 2 or above, found an epoch to end. */
    byte seal(int opener, int epoch) {
        return cells[shape.ends(opener, epoch)];
    }

    void seal(int opener, int epoch, int slot) {
        cells[shape.ends(opener, epoch)] = (byte) slot;
    }

    /** Where an opener tries the next fence. */
    byte cursor(int opener, int epoch) {
        return cells[shape.cursors(opener, epoch)];
    }

    void cursor(int opener, int epoch, int slot) {
        cells[shape.cursors(opener, epoch)] = (byte) slot;
    }

    /** How far an opener is; epoch 1 was open from the beginning. */
    byte phase(int opener) {
        return opener == 1 ? DONE : cells[shape.ofEpochs(0, opener - 1)];
    }

    void phase(int opener, byte to) {
        cells[shape.ofEpochs(0, opener - 1)] = to;
    }

    /** The first slot of an epoch that counts, as the marks say. */
    byte start(int epoch) {
        return cells[shape.ofEpochs(1, epoch)];
    }

    void start(int epoch, int slot) {
        cells[shape.ofEpochs(1, epoch)] = (byte) slot;
    }

    /** Whether the marks say that an epoch's segments are freed. */
    boolean freed(int epoch) {
        return cells[shape.ofEpochs(2, epoch)] != 0;
    }

    void free(int epoch) {
        cells[shape.ofEpochs(2, epoch)] = 1;
    }

    /** Where an epoch ends, as the first opener that sealed it wrote into a mark. */
    byte recorded(int epoch) {
        return cells[shape.ofEpochs(3, epoch)];
    }

    void record(int epoch, int slot) {
        cells[shape.ofEpochs(3, epoch)] = (byte) slot;
    }

    /** The highest epoch in the chain of marks. */
    byte highest() {
        return cells[shape.highest()];
    }

    void highest(int epoch) {
        cells[shape.highest()] = (byte) epoch;
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
