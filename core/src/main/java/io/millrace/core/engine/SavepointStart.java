// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.checkpoint.Savepoint;
import io.millrace.core.ledger.Ledger;
import java.nio.file.Path;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Begins a program that has nothing yet from a savepoint. */
final class SavepointStart {
    private static final Logger LOG = LoggerFactory.getLogger(SavepointStart.class);

    private SavepointStart() {}

    static void begin(Program program, Ledger ledger, Logs logs) {
        Path savepoint = program.savepoint();
        if (savepoint == null) {
            return;
        }
        if (ledger.state().programId() != null) {
            LOG.info(
                    "Program '{}' goes on from its checkpoint, whose last batch is {}; the savepoint {} is left alone",
                    program.id(),
                    Instant.ofEpochMilli(ledger.state().lastCommitted()),
                    savepoint);
            return;
        }
        Savepoint.About about = Savepoint.about(savepoint);
        if (!about.program().equals(program.id())) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the savepoint '" + savepoint + "' was written by program '" + about.program() + "', not by '"
                            + program.id() + "': use its own savepoint, or the program id '" + about.program() + "'");
        }
        Savepoint.restore(savepoint, logs.state(), logs.data(), logs.encryption())
                .forEach(fact -> ledger.append(fact, () -> {}));
        LOG.info(
                "Program '{}' begins from the savepoint {}: last batch {}",
                program.id(),
                savepoint,
                about.lastCommitted());
    }
}
