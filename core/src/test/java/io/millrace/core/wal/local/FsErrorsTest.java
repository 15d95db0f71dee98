// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FsErrorsTest {
    @Test
    void aUserWithoutANameIsNotCalledAQuestionMark() {
        assertThat(FsErrors.user("ada")).isEqualTo("the user 'ada'");
        assertThat(FsErrors.user("?")).contains("a number and no name", "id -u");
    }

    @Test
    void whoMayNotWriteIsNamed() {
        assertThat(FsErrors.of("create", Path.of("/logs"), new AccessDeniedException("/logs")))
                .hasMessageContaining("permission denied; give the user '" + System.getProperty("user.name") + "'");
    }
}
