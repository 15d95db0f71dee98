// SPDX-License-Identifier: Apache-2.0
package io.millrace.api.function;

import java.io.Serializable;
import java.util.Comparator;

/**
 * An order of elements. Serializable for schedulers that send functions to other machines.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface SerializableComparator<T> extends Comparator<T>, Serializable {}
