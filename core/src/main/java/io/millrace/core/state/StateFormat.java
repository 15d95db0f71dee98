// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import io.millrace.core.operator.FunctionFailure;
import io.millrace.spi.wal.WalException;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a state log entry ({@code docs/spec/ledger.md}): format version, state name, what the entries belong to,
 * id and version of both codecs, then keys and values, each with its length, to the end. No class name, so that any
 * program that declares the same name and codecs can read it.
 */
final class StateFormat {
    /** The type of a state log entry. */
    static final int ENTRY_TYPE = 1;

    /** A chunk is closed when it reaches this many bytes. */
    static final int CHUNK_BYTES = 1 << 20;

    private static final int VERSION = 2;

    private StateFormat() {}

    static void header(ByteWriter out, String state, long time, long mark, Codec<?> keys, Codec<?> values) {
        out.writeByte(VERSION);
        out.writeString(state);
        out.writeZigZag(time);
        out.writeZigZag(mark);
        out.writeString(keys.id());
        out.writeVarint(keys.version());
        out.writeString(values.id());
        out.writeVarint(values.version());
    }

    /** What a chunk says of itself, whoever reads it. */
    static Stored stored(ByteReader in) {
        checkVersion(in, "an entry of the state log");
        in.readString();
        long time = in.readZigZag();
        in.readZigZag();
        return new Stored(time, in.readString(), in.readVarint32(), in.readString(), in.readVarint32());
    }

    /** {@link Header} with the ids of the codecs that wrote it. */
    record Stored(long time, String keyCodec, int keyVersion, String valueCodec, int valueVersion) {
        String codecs() {
            return keyCodec + "/" + keyVersion + " -> " + valueCodec + "/" + valueVersion;
        }
    }

    /** The same entry under another name. */
    static byte[] renamed(byte[] entry, String name) {
        ByteReader in = new ByteReader(entry);
        ByteWriter out = new ByteWriter(entry.length + name.length());
        out.writeByte(in.readByte());
        in.readString();
        out.writeString(name);
        out.writeRaw(entry, in.position(), in.remaining());
        return out.toByteArray();
    }

    private static void checkVersion(ByteReader in, String what) {
        int version = in.readByte();
        if (version != VERSION) {
            throw new MillraceException(
                    ErrorCode.CORRUPT_DATA,
                    what + " is stored in format " + version
                            + ", which this version of Millrace does not know: start the version that wrote it, or a newer"
                            + " one");
        }
    }

    /**
     * What to say if the log cannot take an entry of a state, since what is kept of one key is too large for it.
     *
     * @param key that key; null if it is not known
     */
    static WalException refused(String state, @Nullable Object key, WalException failure) {
        return failure.reason() != WalException.Reason.TOO_LARGE
                ? failure
                : new WalException(
                        WalException.Reason.TOO_LARGE,
                        "state '" + state + "' keeps more of "
                                + (key == null ? "one key" : "key " + FunctionFailure.shown(key))
                                + " than the state log takes in one entry: " + failure.getMessage()
                                + "; keep less of a key, or spread it over several keys",
                        failure);
    }

    /** Reads a header and checks it against what the program declares. */
    static Header readHeader(ByteReader in, String state, Codec<?> keys, Codec<?> values) {
        checkVersion(in, "state '" + state + "'");
        String name = in.readString();
        if (!name.equals(state)) {
            throw new MillraceException(
                    ErrorCode.CORRUPT_DATA,
                    "the ledger says that an entry of the state log belongs to '" + state + "', but it is of '" + name
                            + "': the state log is not the one that the ledger was written with");
        }
        long time = in.readZigZag();
        long mark = in.readZigZag();
        int keyVersion = check(in, state, "keys", keys);
        int valueVersion = check(in, state, "values", values);
        return new Header(time, mark, keyVersion, valueVersion);
    }

    private static int check(ByteReader in, String state, String what, Codec<?> codec) {
        String id = in.readString();
        int version = in.readVarint32();
        if (!id.equals(codec.id()) || version > codec.version()) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the " + what + " of state '" + state + "' are stored with codec '" + id + "' version " + version
                            + ", but the program declares '" + codec.id() + "' version " + codec.version()
                            + ": declare the stored codec, or give the state a new name to start empty");
        }
        return version;
    }

    /**
     * What a chunk says before its entries.
     *
     * @param time the batch that wrote it or, in the state of a window, the batch that the entries come from
     * @param mark a number of the state's own: the time in which idle keys did not age, or the latest event time
     * @param keyVersion the version of the codec that wrote the keys
     * @param valueVersion the version of the codec that wrote the values
     */
    record Header(long time, long mark, int keyVersion, int valueVersion) {}
}
