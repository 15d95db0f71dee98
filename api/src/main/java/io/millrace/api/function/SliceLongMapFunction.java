// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import io.millrace.api.source.Slice;
import java.io.Serializable;

/**
 * Makes an element of a (byte-string, number) entry; the slice is valid during the call only.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface SliceLongMapFunction<T> extends Serializable {
    T apply(Slice key, long value) throws Exception;
}
