// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import java.io.Serializable;
import java.util.concurrent.CompletionStage;

/**
 * Begins to make one element of another, and returns at once. What it returns is completed later, on any thread.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface AsyncFunction<T, R> extends Serializable {
    CompletionStage<R> apply(T element) throws Exception;
}
