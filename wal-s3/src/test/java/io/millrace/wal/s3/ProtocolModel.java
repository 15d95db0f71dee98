// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import static io.millrace.wal.s3.ProtocolState.ACKED;
import static io.millrace.wal.s3.ProtocolState.ANSWERED;
import static io.millrace.wal.s3.ProtocolState.DATA;
import static io.millrace.wal.s3.ProtocolState.DONE;
import static io.millrace.wal.s3.ProtocolState.EMPTY;
import static io.millrace.wal.s3.ProtocolState.FENCE;
import static io.millrace.wal.s3.ProtocolState.FENCING;
import static io.millrace.wal.s3.ProtocolState.IDLE;
import static io.millrace.wal.s3.ProtocolState.REFUSED;
import static io.millrace.wal.s3.ProtocolState.SUPERSEDED;
import static io.millrace.wal.s3.ProtocolState.UNDER_WAY;
import static io.millrace.wal.s3.ProtocolState.UNKNOWN;
import static io.millrace.wal.s3.ProtocolState.UNSENT;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

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

    /** Is told the steps that may follow a state. */
    interface Steps {
        /** One of them; its name is asked for only if somebody wants to read it. */
        void step(Supplier<String> name, ProtocolState next);
    }

    private final Set<Mistake> mistakes;

    ProtocolModel(Mistake... mistakes) {
        this.mistakes = mistakes.length == 0 ? Set.of() : EnumSet.copyOf(List.of(mistakes));
    }

    /** Tells every step that may follow a state and changes it. */
    void next(ProtocolState state, Steps steps) {
        for (int epoch = 1; epoch <= state.shape().writers(); epoch++) {
            for (int slot = 0; slot < state.shape().slots(epoch); slot++) {
                write(state, epoch, slot, steps);
                stray(state, epoch, slot, steps);
            }
            trimOwn(state, epoch, steps);
        }
        for (int opener = 2; opener <= state.shape().lastOpener(); opener++) {
            open(state, opener, steps);
            trimOthers(state, opener, steps);
        }
    }

    private static String name(int epoch, int slot) {
        return "epoch " + epoch + " slot " + slot;
    }

    private void write(ProtocolState state, int epoch, int slot, Steps steps) {
        byte put = state.put(epoch, slot);
        boolean inOrder = slot == 0 || state.put(epoch, slot - 1) == ACKED;
        if (put == UNSENT && maySend(state, epoch, slot)) {
            step(steps, () -> "send " + name(epoch, slot), state, next -> next.put(epoch, slot, UNDER_WAY));
        }
        if (put == UNDER_WAY) {
            step(steps, () -> "answer " + name(epoch, slot), state, next -> {
                if (next.slot(epoch, slot) == EMPTY) {
                    next.slot(epoch, slot, DATA);
                }
                next.put(epoch, slot, next.slot(epoch, slot) == FENCE ? REFUSED : ANSWERED);
            });
        }
        if (put == ANSWERED && (inOrder || mistakes.contains(Mistake.ACKNOWLEDGE_OUT_OF_ORDER))) {
            step(steps, () -> "acknowledge " + name(epoch, slot), state, next -> next.put(epoch, slot, ACKED));
        }
    }

    private static boolean maySend(ProtocolState state, int epoch, int slot) {
        if (state.phase(epoch) != DONE) {
            return false;
        }
        int underWay = 0;
        for (int other = 0; other < state.shape().slots(epoch); other++) {
            byte put = state.put(epoch, other);
            if (put == REFUSED || (other < slot && put == UNSENT)) {
                return false;
            }
            underWay += put == UNDER_WAY || put == ANSWERED ? 1 : 0;
        }
        return underWay < IN_FLIGHT;
    }

    /** What was sent once may be carried out whenever the network likes. */
    private static void stray(ProtocolState state, int epoch, int slot, Steps steps) {
        byte held = state.slot(epoch, slot);
        if (state.put(epoch, slot) != UNSENT && held == EMPTY) {
            step(steps, () -> "late write " + name(epoch, slot), state, next -> next.slot(epoch, slot, DATA));
        }
        if (state.fencedOnce(epoch, slot) && held == EMPTY) {
            step(steps, () -> "late fence " + name(epoch, slot), state, next -> next.slot(epoch, slot, FENCE));
        }
        if (state.deleting(epoch, slot) && held != EMPTY) {
            step(steps, () -> "delete " + name(epoch, slot), state, next -> next.slot(epoch, slot, EMPTY));
        }
    }

    /** A writer frees its first segments while it is the highest. */
    private void trimOwn(ProtocolState state, int epoch, Steps steps) {
        int start = state.start(epoch);
        boolean mayMark = state.highest() == epoch;
        if (start + 1 < state.shape().slots(epoch)
                && state.put(epoch, start) == ACKED
                && state.put(epoch, start + 1) == ACKED) {
            if (mayMark) {
                step(steps, () -> "epoch " + epoch + " frees slot " + start, state, next -> {
                    next.start(epoch, start + 1);
                    next.delete(epoch, start);
                });
            }
            if (mistakes.contains(Mistake.DELETE_BEFORE_MARKING) && !state.deleting(epoch, start)) {
                step(
                        steps,
                        () -> "epoch " + epoch + " removes slot " + start,
                        state,
                        next -> next.delete(epoch, start));
            }
        }
    }

    private void open(ProtocolState state, int opener, Steps steps) {
        if (state.phase(opener) == IDLE && state.highest() < opener) {
            mark(state, opener, steps);
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
            step(steps, () -> "epoch " + opener + " is open", state, next -> {
                next.phase(opener, next.highest() > opener ? SUPERSEDED : DONE);
                for (int epoch = 1; epoch < opener && next.phase(opener) == DONE; epoch++) {
                    if (next.recorded(epoch) == UNKNOWN) {
                        next.record(epoch, next.seal(opener, epoch));
                    }
                }
            });
        }
    }

    /** An opener adds its first mark, and lists: what it sees of the newest epoch that has one may be old. */
    private static void mark(ProtocolState state, int opener, Steps steps) {
        int newest = state.highest();
        for (int from = state.start(newest); from <= firstFree(state, newest); from++) {
            int cursor = from;
            step(steps, () -> "epoch " + opener + " marks, list shows " + cursor, state, next -> {
                next.phase(opener, FENCING);
                for (int epoch = 1; epoch < opener; epoch++) {
                    next.cursor(opener, epoch, epoch == newest ? cursor : next.start(epoch));
                    if (next.phase(epoch) == IDLE) {
                        next.seal(opener, epoch, 0); // it never opened, and its mark would come too late
                    }
                    if (next.recorded(epoch) != UNKNOWN) {
                        next.seal(opener, epoch, next.recorded(epoch));
                    }
                }
                next.highest(opener);
            });
        }
    }

    private void fence(ProtocolState state, int opener, int epoch, Steps steps) {
        int at = state.cursor(opener, epoch);
        Supplier<String> name = () -> "epoch " + opener + " fences epoch " + epoch + " slot " + at;
        if (at == state.shape().slots(epoch)) {
            step(steps, name, state, next -> next.seal(opener, epoch, at)); // more slots than anybody writes
            return;
        }
        if (mistakes.contains(Mistake.TRUST_THE_LIST)) {
            step(steps, () -> name.get() + " in its mind", state, next -> next.seal(opener, epoch, at));
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
            step(steps, () -> name.get() + " unanswered", state, next -> next.fenceOnce(epoch, at));
        }
    }

    /** An owner frees everything of an earlier epoch. */
    private void trimOthers(ProtocolState state, int opener, Steps steps) {
        if (state.phase(opener) != DONE || state.highest() != opener) {
            return;
        }
        for (int epoch = 1; epoch < opener; epoch++) {
            if (!state.freed(epoch)) {
                int freed = epoch;
                step(steps, () -> "epoch " + opener + " frees epoch " + freed, state, next -> {
                    next.free(freed);
                    int end = next.seal(opener, freed);
                    for (int slot = 0; slot < end; slot++) {
                        next.delete(freed, slot);
                    }
                    if (mistakes.contains(Mistake.DELETE_FENCES)
                            && end < next.shape().slots(freed)) {
                        next.delete(freed, end);
                    }
                });
            }
        }
    }

    private static int firstFree(ProtocolState state, int epoch) {
        int slot = state.start(epoch);
        while (slot < state.shape().slots(epoch) && state.slot(epoch, slot) == DATA) {
            slot++;
        }
        return slot;
    }

    /** What is wrong with a state; empty if nothing is. */
    String wrong(ProtocolState state) {
        for (int opener = 2; opener <= state.shape().lastOpener(); opener++) {
            for (int epoch = 1; epoch < opener && state.phase(opener) == DONE; epoch++) {
                String wrong = wrong(state, opener, epoch, state.seal(opener, epoch));
                if (!wrong.isEmpty()) {
                    return wrong;
                }
            }
        }
        return "";
    }

    private static String wrong(ProtocolState state, int opener, int epoch, int end) {
        for (int slot = 0; slot < state.shape().slots(epoch); slot++) {
            if (slot >= end && state.put(epoch, slot) == ACKED) {
                return "slot " + slot + " of epoch " + epoch + " is acknowledged, and epoch " + opener
                        + " does not know it";
            }
            boolean counts = slot < end && slot >= state.start(epoch) && !state.freed(epoch);
            if (counts && state.slot(epoch, slot) != DATA) {
                return "slot " + slot + " of epoch " + epoch + " counts for epoch " + opener + " and is gone";
            }
        }
        return state.recorded(epoch) != UNKNOWN && state.recorded(epoch) != end
                ? "epoch " + opener + " and the marks disagree where epoch " + epoch + " ends"
                : "";
    }

    private static void step(Steps steps, Supplier<String> name, ProtocolState from, Consumer<ProtocolState> change) {
        ProtocolState next = from.copy();
        change.accept(next);
        if (!next.equals(from)) {
            steps.step(name, next);
        }
    }
}
