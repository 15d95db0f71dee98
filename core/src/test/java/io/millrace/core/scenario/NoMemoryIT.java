// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs that fill their heap: whatever else happens then, the process ends. */
@Timeout(300)
@Tag("long")
class NoMemoryIT {
    @TempDir
    private Path directory;

    private Process program;

    @AfterEach
    void end() {
        program.destroyForcibly();
    }

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({
        "map, -Xmx24m",
        "map, -Xmx40m",
        "output, -Xmx32m",
        "output, -Xmx48m",
    })
    void theProcessEnds(String where, String heap) throws Exception {
        program = TestJvm.start(
                LeakMain.class, List.of(directory.resolve("checkpoint").toString(), where), heap);
        assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(program.exitValue()).isNotZero();
    }
}
