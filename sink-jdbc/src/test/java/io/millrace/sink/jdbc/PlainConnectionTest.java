// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainConnectionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://db.example.org/shop",
                "jdbc:postgresql://db.example.org:5432/shop?sslmode=prefer",
                "jdbc:postgresql://localhost,db.example.org/shop?user=me&sslmode=disable",
                "jdbc:postgresql://db.example.org?ssl=false"
            })
    void toAnotherMachineIsWarnedOf(String url) {
        assertThat(PlainConnection.warning(url, new Properties()))
                .hasValueSatisfying(said -> assertThat(said).contains("the database on db.example.org", "verify-full"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://localhost/shop",
                "jdbc:postgresql://[::1]:5432/shop",
                "jdbc:postgresql:shop",
                "jdbc:postgresql:///shop",
                "jdbc:postgresql://db.example.org/shop?sslmode=verify-full",
                "jdbc:postgresql://db.example.org/shop?ssl",
                "jdbc:postgresql://db.example.org/shop?ssl=true",
                "jdbc:h2:mem:shop"
            })
    void onThisMachineOrWithTlsIsNot(String url) {
        assertThat(PlainConnection.warning(url, new Properties())).isEmpty();
    }

    @Test
    void aPropertyOfTheDriverCounts() {
        Properties properties = new Properties();
        properties.setProperty("sslmode", "require");
        assertThat(PlainConnection.warning("jdbc:postgresql://db.example.org/shop", properties))
                .isEmpty();
    }
}
