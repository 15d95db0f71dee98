// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.ledger;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;

/**
 * One kind of fact: all that the ledger must know of it.
 *
 * @param type its number in the log, which is never used for another kind
 * @param of its class
 * @param newest its newest version; all from 1 to it are read
 * @param version the version that a fact is written in: the oldest that can say it, so that older readers know it
 * @param encoder appends the fields of a fact in a version
 * @param decoder reads the fields of a fact of a version
 * @param effect what the fact does to what the facts before it add up to
 */
record FactKind<F extends Fact>(
        int type,
        Class<F> of,
        int newest,
        ToIntFunction<F> version,
        Encoder<F> encoder,
        Decoder<F> decoder,
        BiConsumer<LedgerState, F> effect) {
    /** Appends the fields of a fact. */
    @FunctionalInterface
    interface Encoder<F> {
        void encode(F fact, int version, ByteWriter out);
    }

    /** Reads the fields of a fact. */
    @FunctionalInterface
    interface Decoder<F> {
        F decode(int version, ByteReader in);
    }

    void encode(Fact fact, ByteWriter out) {
        F own = of.cast(fact);
        int chosen = version.applyAsInt(own);
        out.writeByte(chosen);
        encoder.encode(own, chosen, out);
    }

    void apply(LedgerState state, Fact fact) {
        effect.accept(state, of.cast(fact));
    }
}
