// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import io.millrace.api.codec.ByteWriter;
import io.millrace.core.log.LogHandle;
import java.util.concurrent.CompletableFuture;

/**
 * The state log, for pieces that are too many to be kept until their task is over. What a task appends counts only if
 * the commit of its batch names it.
 */
@FunctionalInterface
public interface ChunkLog {
    /** Appends a piece, which is not changed any more; first waits while much is on its way. Completes when it is durable. */
    CompletableFuture<LogHandle> append(ByteWriter chunk);
}
