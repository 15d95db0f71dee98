// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.plugin.Secrets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsMaskTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "jdbc:postgresql://db/shop?user=me&password=hunter2&ssl=true|jdbc:postgresql://db/shop?user=me&password=***&ssl=true",
                "jdbc:h2:mem:x;USER=sa;PASSWORD=hunter2;MODE=x|jdbc:h2:mem:x;USER=sa;PASSWORD=***;MODE=x",
                "jdbc:mysql://me:hunter2@db/shop|jdbc:mysql://me:***@db/shop",
                "jdbc:sqlserver://db;password={hunter2}|jdbc:sqlserver://db;password=***",
                "https://me:hunter2@host:9000/x|https://me:***@host:9000/x",
                "ssl.key.password = hunter2, next|ssl.key.password = ***, next",
                "PlainLoginModule required username=\"me\" password=\"hun ter2\";|PlainLoginModule required username=\"me\" password=***;"
            })
    void hidesIt(String text, String shown) {
        assertThat(Secrets.mask(text)).isEqualTo(shown).doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://db:5432/shop?sslmode=require",
                "http://host:9000/a@b",
                "the password is wrong",
                "s3://bucket/prefix"
            })
    void leavesTheRest(String text) {
        assertThat(Secrets.mask(text)).isEqualTo(text);
    }
}
