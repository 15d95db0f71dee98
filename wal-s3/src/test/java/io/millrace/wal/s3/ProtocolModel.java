// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import static io.millrace.wal.s3.ProtocolState.ACKED;
import static io.millrace.wal.s3.ProtocolState.ANSWERED;
import static io.millrace.wal.s3.ProtocolState.DATA;
import static io.millrace.wal.s3.ProtocolState.DONE;
import static io.millrace.wal.s3.ProtocolState.EMPTY;
import static io.millrace.wal.s3.ProtocolState.EPOCHS;
import static io.millrace.wal.s3.ProtocolState.FENCE;
import static io.millrace.wal.s3.ProtocolState.FENCING;
import static io.millrace.wal.s3.ProtocolState.IDLE;
import static io.millrace.wal.s3.ProtocolState.REFUSED;
import static io.millrace.wal.s3.ProtocolState.SLOTS;
import static io.millrace.wal.s3.ProtocolState.SUPERSEDED;
import static io.millrace.wal.s3.ProtocolState.UNDER_WAY;
import static io.millrace.wal.s3.ProtocolState.UNKNOWN;
import static io.millrace.wal.s3.ProtocolState.UNSENT;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The protocol of {@code docs/spec/wal-s3.md} as steps that may follow a state. Requests are carried out late, twice or
 * without an answer; processes pause anywhere, which needs no step of its own. Each {@link Mistake} leaves out one rule.
 */
final class ProtocolModel {
    private static final int IN_FLIGHT = 2;

    /** A rule that an implementation might leave out. */
    enum Mistake {
        /** Fences are removed with the segments before them. */
        DELETE_FENCES,
        /** An append is acknowledged before those in front of it. */
        ACKNOWLEDGE_OUT_OF_ORDER,
        /** Segments are removed before the mark says that they are freed. */
        DELETE_BEFORE_MARKING,
        /** An opener takes an old list's word for the end of an epoch, without a fence. */
        TRUST_THE_LIST
    }

    private final Set<Mistake> mistakes;

    ProtocolModel(Mistake... mistakes) {
        this.mistakes = mistakes.length == 0 ? Set.of() : EnumSet.copyOf(List.of(mistakes));
    }

    /** The states that may follow, by the step that leads to them. */
    Map<String, ProtocolState> next(ProtocolState state) {
        Map<String, ProtocolState> steps = new TreeMap<>();
        for (int epoch = 1; epoch <= EPOCHS; epoch++) {
            for (int slot = 0; slot < SLOTS; slot++) {
                write(state, epoch, slot, steps);
                stray(state, epoch, slot, steps);
            }
        }
        trimOwn(state, steps);
        for (int opener = 2; opener <= 3; opener++) {
            open(state, opener, steps);
            trimOthers(state, opener, steps);
        }
        return steps;
    }

    private void write(ProtocolState state, int epoch, int slot, Map<String, ProtocolState> steps) {
        String name = "epoch " + epoch + " slot " + slot;
        byte put = state.put(epoch, slot);
        boolean inOrder = slot == 0 || state.put(epoch, slot - 1) == ACKED;
        if (put == UNSENT && maySend(state, epoch, slot)) {
            step(steps, "send " + name, state, next -> next.put(epoch, slot, UNDER_WAY));
        }
        if (put == UNDER_WAY) {
            step(steps, "answer " + name, state, next -> {
                if (next.slot(epoch, slot) == EMPTY) {
                    next.slot(epoch, slot, DATA);
                }
                next.put(epoch, slot, next.slot(epoch, slot) == FENCE ? REFUSED : ANSWERED);
            });
        }
        if (put == ANSWERED && (inOrder || mistakes.contains(Mistake.ACKNOWLEDGE_OUT_OF_ORDER))) {
            step(steps, "acknowledge " + name, state, next -> next.put(epoch, slot, ACKED));
        }
    }

    private static boolean maySend(ProtocolState state, int epoch, int slot) {
        if (epoch == 2 && state.phase(2) != DONE) {
            return false;
        }
        int underWay = 0;
        for (int other = 0; other < SLOTS; other++) {
            byte put = state.put(epoch, other);
            if (put == REFUSED || (other < slot && put == UNSENT)) {
                return false;
            }
            underWay += put == UNDER_WAY || put == ANSWERED ? 1 : 0;
        }
        return underWay < IN_FLIGHT;
    }

    /** What was sent once may be carried out whenever the network likes. */
    private static void stray(ProtocolState state, int epoch, int slot, Map<String, ProtocolState> steps) {
        String name = " epoch " + epoch + " slot " + slot;
        byte held = state.slot(epoch, slot);
        if (state.put(epoch, slot) != UNSENT && held == EMPTY) {
            step(steps, "late write" + name, state, next -> next.slot(epoch, slot, DATA));
        }
        if (state.fencedOnce(epoch, slot) && held == EMPTY) {
            step(steps, "late fence" + name, state, next -> next.slot(epoch, slot, FENCE));
        }
        if (state.deleting(epoch, slot) && held != EMPTY) {
            step(steps, "delete" + name, state, next -> next.slot(epoch, slot, EMPTY));
        }
    }

    /** Epoch 1 frees its first segments while it is the highest. */
    private void trimOwn(ProtocolState state, Map<String, ProtocolState> steps) {
        int start = state.start(1);
        boolean mayMark = state.highest() == 1;
        if (start + 1 < SLOTS && state.put(1, start) == ACKED && state.put(1, start + 1) == ACKED) {
            if (mayMark) {
                step(steps, "epoch 1 frees slot " + start, state, next -> {
                    next.start(1, start + 1);
                    next.delete(1, start);
                });
            }
            if (mistakes.contains(Mistake.DELETE_BEFORE_MARKING) && !state.deleting(1, start)) {
                step(steps, "epoch 1 removes slot " + start, state, next -> next.delete(1, start));
            }
        }
    }

    private void open(ProtocolState state, int opener, Map<String, ProtocolState> steps) {
        String name = "epoch " + opener;
        if (state.phase(opener) == IDLE && state.highest() < opener) {
            for (int from = state.start(1); from <= firstFree(state, 1); from++) {
                int cursor = from;
                step(steps, name + " marks, list shows " + from, state, next -> {
                    next.phase(opener, FENCING);
                    next.cursor(opener, 1, cursor);
                    if (opener == 3 && next.highest() < 2) {
                        next.seal(3, 2, 0); // epoch 2 never opened, and its mark would come too late
                    }
                    if (opener == 3 && next.recorded() != UNKNOWN) {
                        next.seal(3, 1, next.recorded());
                    }
                    next.highest(opener);
                });
            }
        }
        if (state.phase(opener) != FENCING) {
            return;
        }
        boolean settled = true;
        for (int epoch = 1; epoch < opener; epoch++) {
            if (state.seal(opener, epoch) == UNKNOWN) {
                settled = false;
                fence(state, opener, epoch, steps);
            }
        }
        if (settled) {
            step(steps, name + " is open", state, next -> {
                next.phase(opener, next.highest() > opener ? SUPERSEDED : DONE);
                if (next.phase(opener) == DONE && opener == 2) {
                    next.record(next.seal(2, 1));
                }
            });
        }
    }

    private void fence(ProtocolState state, int opener, int epoch, Map<String, ProtocolState> steps) {
        int at = state.cursor(opener, epoch);
        String name = "epoch " + opener + " fences epoch " + epoch + " slot " + at;
        if (at == SLOTS) {
            step(steps, name, state, next -> next.seal(opener, epoch, at)); // more slots than anybody writes
            return;
        }
        if (mistakes.contains(Mistake.TRUST_THE_LIST)) {
            step(steps, name + " in its mind", state, next -> next.seal(opener, epoch, at));
        }
        step(steps, name, state, next -> {
            next.fenceOnce(epoch, at);
            if (next.slot(epoch, at) == EMPTY) {
                next.slot(epoch, at, FENCE);
            }
            if (next.slot(epoch, at) == FENCE) {
                next.seal(opener, epoch, at);
            } else {
                next.cursor(opener, epoch, at + 1);
            }
        });
        if (!state.fencedOnce(epoch, at)) {
            step(steps, name + " unanswered", state, next -> next.fenceOnce(epoch, at));
        }
    }

    /** An owner frees everything of an earlier epoch. */
    private void trimOthers(ProtocolState state, int opener, Map<String, ProtocolState> steps) {
        for (int epoch = 1; epoch < opener; epoch++) {
            boolean may = state.phase(opener) == DONE && state.highest() == opener && !state.freed(epoch);
            if (may) {
                int freed = epoch;
                step(steps, "epoch " + opener + " frees epoch " + epoch, state, next -> {
                    next.free(freed);
                    int end = next.seal(opener, freed);
                    for (int slot = 0; slot < end; slot++) {
                        next.delete(freed, slot);
                    }
                    if (mistakes.contains(Mistake.DELETE_FENCES) && end < SLOTS) {
                        next.delete(freed, end);
                    }
                });
            }
        }
    }

    private static int firstFree(ProtocolState state, int epoch) {
        int slot = state.start(epoch);
        while (slot < SLOTS && state.slot(epoch, slot) == DATA) {
            slot++;
        }
        return slot;
    }

    /** What is wrong with a state; empty if nothing is. */
    String wrong(ProtocolState state) {
        for (int epoch = 1; epoch <= EPOCHS; epoch++) {
            for (int opener = epoch + 1; opener <= 3; opener++) {
                byte seal = state.phase(opener) == DONE ? state.seal(opener, epoch) : UNKNOWN;
                if (seal == UNKNOWN) {
                    continue;
                }
                for (int slot = 0; slot < SLOTS; slot++) {
                    if (slot >= seal && state.put(epoch, slot) == ACKED) {
                        return "slot " + slot + " of epoch " + epoch + " is acknowledged, and epoch " + opener
                                + " does not know it";
                    }
                    boolean counts = slot < seal && slot >= state.start(epoch) && !state.freed(epoch);
                    if (counts && state.slot(epoch, slot) != DATA) {
                        return "slot " + slot + " of epoch " + epoch + " counts for epoch " + opener + " and is gone";
                    }
                }
            }
        }
        boolean both = state.phase(3) == DONE && state.recorded() != UNKNOWN && state.seal(3, 1) != UNKNOWN;
        return both && state.seal(3, 1) != state.recorded() ? "epochs 2 and 3 disagree where epoch 1 ends" : "";
    }

    private static void step(
            Map<String, ProtocolState> steps, String name, ProtocolState from, Consumer<ProtocolState> change) {
        ProtocolState next = from.copy();
        change.accept(next);
        if (!next.equals(from)) {
            steps.put(name, next);
        }
    }
}
