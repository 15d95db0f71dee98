// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import java.util.BitSet;

/**
 * What was sent to the broker.
 *
 * @param sent how many lines were handed to the producer; their ids are 0 to {@code sent - 1}
 * @param acknowledged the ids that the broker confirmed; of the others it is not known whether it has them
 */
record Produced(int sent, BitSet acknowledged) {}
