// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The values that a key has in each of two streams, in one batch; at least one list is not empty. Values may be null.
 *
 * @since 0.1
 */
public record CoGroup<V, W>(List<V> left, List<W> right) {
    public CoGroup {
        left = Collections.unmodifiableList(new ArrayList<>(left));
        right = Collections.unmodifiableList(new ArrayList<>(right));
    }
}
