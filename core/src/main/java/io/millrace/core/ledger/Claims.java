// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.ledger;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a ledger knows of its claims to the targets of sinks: enough to tell its own claims from those of another
 * checkpoint of the program, also after a start that died in the middle of claiming.
 *
 * @param epoch the epoch of the last start, which no claim of this checkpoint is beyond; 0 if it is not known
 * @param origin what the checkpoint was begun from
 * @param over by output, whose claim the checkpoint replaces or has replaced: the identity there, which is empty for a
 *     claim of before there were any, or its own if the output had no claim
 */
public record Claims(long epoch, Origin origin, Map<String, String> over) {
    /** Those of a ledger that says nothing yet. */
    public static final Claims NONE = new Claims(0, Origin.ITSELF, Map.of());

    /** Those of a checkpoint that is begun from a savepoint. */
    static final Claims OF_SAVEPOINT = new Claims(0, Origin.SAVEPOINT, Map.of());

    public Claims {
        over = Map.copyOf(over);
    }

    /** What a checkpoint was begun from. */
    public enum Origin {
        /** From nothing; or it has gone on since it was begun from a savepoint. */
        ITSELF(0),
        /** It is of before there were identities: claims without one are its own. */
        BEFORE(1),
        /** From a savepoint, and it has planned no batch since: it takes targets over. */
        SAVEPOINT(2);

        /** Its durable form. */
        final int code;

        Origin(int code) {
            this.code = code;
        }
    }

    /** After a start. */
    Claims started(Fact.Started start, boolean getsIdentity) {
        if (start.identity().isEmpty()) {
            return this; // of before there were any
        }
        Map<String, String> all = new TreeMap<>(over);
        all.putAll(start.over());
        return new Claims(start.epoch(), getsIdentity ? Origin.BEFORE : origin, all);
    }

    /** After a batch was planned. */
    Claims goneOn() {
        return origin == Origin.SAVEPOINT ? new Claims(epoch, Origin.ITSELF, over) : this;
    }
}
