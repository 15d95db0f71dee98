// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import io.millrace.spi.plugin.Closing;
import java.sql.Connection;
import java.sql.SQLException;

/** Takes transactions back after an error, which is what is told, whatever becomes of that. */
final class Transactions {
    private Transactions() {}

    /**
     * Rolls back.
     *
     * @param cause why; it keeps what goes wrong with that
     * @return whether the connection can be used again
     */
    static boolean rollback(Connection connection, Throwable cause) {
        try {
            connection.rollback();
            return true;
        } catch (SQLException e) {
            Closing.suppress(cause, e);
            return false;
        }
    }
}
