// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.block;

/** Takes the blocks of one builder, in order. */
@FunctionalInterface
public interface BlockSink {
    /**
     * Takes the next block. Called by whichever thread cut it, with the builder's lock held: it returns at once and
     * neither waits nor calls the builder. If it throws, the builder takes nothing more.
     */
    void block(SealedBlock block);
}
