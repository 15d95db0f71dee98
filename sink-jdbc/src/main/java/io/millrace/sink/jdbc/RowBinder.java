// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import java.io.Serializable;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Sets the parameters of a statement to what an element holds. Called on one thread at a time; may be called again for
 * the same element when a batch is written again.
 *
 * @param <T> the element type
 * @since 0.1
 */
@FunctionalInterface
public interface RowBinder<T> extends Serializable {
    /** Sets the parameters; adds and executes nothing. */
    void bind(T row, PreparedStatement statement) throws SQLException;
}
