// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.misbehavior;

import io.millrace.api.codec.ByteReader;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;
import org.jspecify.annotations.Nullable;

/** An element or a key of a program, which may be code that throws wherever it is asked. */
final class Item {
    /** Where an item throws. */
    enum Lie {
        NONE,
        TO_STRING,
        HASH_CODE,
        EQUALS,
        ENCODE
    }

    private final int number;
    private final Lie lie;
    private final Misbehavior how;

    Item(int number, Lie lie, Misbehavior how) {
        this.number = number;
        this.lie = lie;
        this.how = how;
    }

    int number() {
        return number;
    }

    Lie lie() {
        return lie;
    }

    Misbehavior how() {
        return how;
    }

    @Override
    public String toString() {
        return lie == Lie.TO_STRING ? how.<RuntimeException, String>now() : "item" + number;
    }

    @Override
    public int hashCode() {
        return lie == Lie.HASH_CODE ? how.<RuntimeException, Integer>now() : number;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return lie == Lie.EQUALS
                ? how.<RuntimeException, Boolean>now()
                : other instanceof Item item && item.number == number;
    }

    /** Items as numbers. */
    static final class ItemCodec implements Codec<Item> {
        private static final long serialVersionUID = 1L;

        @Override
        public String id() {
            return "item";
        }

        @Override
        public void encode(Item item, ByteWriter out) {
            if (item.lie == Lie.ENCODE) {
                item.how.<RuntimeException, Object>now();
            }
            out.writeZigZag(item.number);
        }

        @Override
        public Item decode(ByteReader in, int version) {
            return new Item((int) in.readZigZag(), Lie.NONE, Misbehavior.THROWS);
        }
    }
}
