// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

import io.millrace.api.source.Position;

/**
 * What a partition holds at a moment.
 *
 * @param beginning its first offset that can still be read
 * @param end the offset after its last
 */
public record Extent(Position beginning, Position end) {
    /** Whether reading can go on at {@code offset}. */
    public boolean contains(long offset) {
        return beginning.number() <= offset && offset <= end.number();
    }

    @Override
    public String toString() {
        return "offsets " + beginning.number() + " to " + end.number();
    }
}
