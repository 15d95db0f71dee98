// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableNameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "millrace_batches",
                "streams.batches",
                "db.streams.größe",
                "t$1",
                "\"My batches\"",
                "\"a\"\"b\".\"c;d\"",
                "`batches`",
                "[dbo].[batches]"
            })
    void isTaken(String name) {
        assertThat(TableName.parse(" " + name + " ")).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "batches; drop table users",
                "batches where 1=1 --",
                "a.b.c.d",
                "1st",
                "\"a\" b\"",
                "\"a\";x\"",
                "a..b",
                "(select 1)",
                "\"a\nb\"",
                "`a` --`"
            })
    void isNoName(String text) {
        assertThatThrownBy(() -> TableName.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the name of a table");
    }
}
