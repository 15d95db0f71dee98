// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.encryption;

/** Where an envelope belongs. What was sealed for one place does not open at another; {@code toString} is for messages. */
public interface Place {
    /** What is authenticated of the place: no two places of one key have the same bytes. */
    byte[] authenticated();
}
