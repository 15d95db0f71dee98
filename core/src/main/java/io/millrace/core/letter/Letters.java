// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.letter;

import io.millrace.api.source.Slice;
import java.util.Map;

/**
 * The dead letters of one task, as data that its driver gets with what else the task made.
 *
 * @param bytes the letters as they lie in a file
 * @param counts how many, by operator and where it was declared
 */
public record Letters(Slice bytes, Map<String, Long> counts) {}
