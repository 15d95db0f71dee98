// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.receiver;

import io.millrace.api.source.Position;
import java.util.Map;

/**
 * Up to where an input is durable.
 *
 * @param positions by source partition, where to read next; what the source may be told
 * @param token the highest ack token up to which everything is durable; −1 if there is none
 * @since 0.1
 */
public record DurableMark(Map<String, Position> positions, long token) {
    public DurableMark {
        positions = Map.copyOf(positions);
    }
}
