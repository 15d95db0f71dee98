// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

/**
 * Takes one element after another; may throw.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface RecordConsumer<T> {
    /** Takes one element. */
    void accept(T element) throws Exception;
}
