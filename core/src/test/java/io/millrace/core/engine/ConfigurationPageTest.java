// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.plugin.ConfigOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {
    @Test
    void thePageSaysOfEverySettingWhatTheCodeSays() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "configuration.md"));
        for (ConfigOption<?> option : EngineOptions.spec().options()) {
            String byDefault = option.defaultText() == null ? "" : "`" + option.defaultText() + "` ";
            assertThat(page)
                    .contains("| `" + option.key() + "` | " + option.kind() + " | " + byDefault + "| "
                            + option.description() + " |");
        }
    }
}
