// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.plugin.Loopback;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopbackTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LocalHost",
                "db.localhost",
                "127.0.0.1",
                "127.1.2.3",
                "::1",
                "[::1]",
                "0:0:0:0:0:0:0:1"
            })
    void isThisMachine(String host) {
        assertThat(Loopback.is(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost.example.org",
                "128.0.0.1",
                "127.example.org",
                "::2",
                "fe80::1",
                "10.0.0.1",
                "notlocalhost"
            })
    void isAnother(String host) {
        assertThat(Loopback.is(host)).isFalse();
    }
}
