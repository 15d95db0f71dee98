// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import io.millrace.api.Pair;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds elements whose types every class loader shares: lists, arrays and pairs of values, or single values. */
final class Columns implements RowBinder<Object> {
    private static final long serialVersionUID = 1L;

    @Override
    public void bind(Object row, PreparedStatement statement) throws SQLException {
        int column = 1;
        for (Object value : values(row)) {
            // an Instant is what programs have, and few drivers take one
            statement.setObject(column++, value instanceof Instant instant ? Timestamp.from(instant) : value);
        }
    }

    private static List<? extends @Nullable Object> values(Object row) {
        if (row instanceof List<?> list) {
            return list;
        } else if (row instanceof Object[] array) {
            return Arrays.asList(array);
        } else if (row instanceof Pair<?, ?> pair) {
            return Arrays.asList(pair.key(), pair.value());
        }
        return List.of(row);
    }
}
