// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.ledger;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;

/**
 * The durable form of facts ({@code docs/spec/ledger.md}): the log entry's type is the number of the fact's kind, the
 * payload is a format version and the fields in order. {@link FactKinds} has the kinds.
 */
public final class FactCodec {
    /** The log entry type of {@link Fact.Snapshot}. */
    public static final int SNAPSHOT = 7;

    private FactCodec() {}

    /** The log entry type of a fact. */
    public static int type(Fact fact) {
        return FactKinds.of(fact).type();
    }

    /** Appends a fact's payload. */
    public static void encode(Fact fact, ByteWriter out) {
        FactKinds.of(fact).encode(fact, out);
    }

    /** Reads a fact. Throws {@code CORRUPT_DATA} for a kind or a version that this version of Millrace does not know. */
    public static Fact decode(int type, ByteReader in) {
        int version = in.readByte();
        FactKind<?> kind = FactKinds.of(type);
        if (kind == null || version < 1 || version > kind.newest()) {
            throw new MillraceException(
                    ErrorCode.CORRUPT_DATA,
                    "the ledger holds a fact of type " + type + ", version " + version
                            + ", which this version of Millrace does not know: start the version that wrote it, or a newer"
                            + " one");
        }
        return kind.decoder().decode(version, in);
    }
}
