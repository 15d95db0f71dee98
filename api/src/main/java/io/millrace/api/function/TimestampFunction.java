// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import java.io.Serializable;
import java.time.Instant;

/**
 * Says when what an element tells of happened. The same for an element whenever it is asked.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface TimestampFunction<T> extends Serializable {
    Instant apply(T element) throws Exception;
}
