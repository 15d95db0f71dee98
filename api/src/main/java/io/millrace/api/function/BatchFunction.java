// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import io.millrace.api.Batch;
import java.io.Serializable;

/**
 * What an output does with a batch.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface BatchFunction<T> extends Serializable {
    void accept(Batch<T> batch) throws Exception;
}
