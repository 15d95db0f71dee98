// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.spec;

/**
 * A clause of a specification.
 *
 * @param id such as {@code W-03}
 * @param text what it says, as one line
 * @since 0.1
 */
public record Clause(String id, String text) {}
