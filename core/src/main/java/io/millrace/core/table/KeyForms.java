// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.table;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.codec.ByteWriter;
import io.millrace.api.codec.Codec;

/**
 * The rule that equal keys have equal bytes. A table in memory finds a key by {@code equals}, a store and a cluster by its
 * bytes: without the rule they would not count the same.
 */
public final class KeyForms {
    private KeyForms() {}

    /**
     * Refuses a key that equals another and is written otherwise.
     *
     * @throws MillraceException of code {@link ErrorCode#USER_CONFIG}
     */
    public static void check(String state, Codec<Object> codec, Object known, Object came) {
        ByteWriter out = new ByteWriter(64);
        codec.encode(known, out);
        int length = out.size();
        codec.encode(came, out);
        byte[] both = out.array();
        boolean same = out.size() == 2 * length;
        for (int i = 0; same && i < length; i++) {
            same = both[i] == both[length + i];
        }
        if (!same) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the key '" + came + "' of state '" + state + "' equals '" + known + "', but codec '" + codec.id()
                            + "' writes them differently: equal keys must have equal bytes, or a store would keep two"
                            + " states; give both the same form before the operator, or let the codec write what equals"
                            + " compares");
        }
    }
}
