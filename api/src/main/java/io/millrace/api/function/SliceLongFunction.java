// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import io.millrace.api.source.RecordView;
import java.io.Serializable;

/**
 * Emits any number of (byte-string, number) entries for one record.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface SliceLongFunction extends Serializable {
    void apply(RecordView view, SliceLongEmitter out) throws Exception;
}
