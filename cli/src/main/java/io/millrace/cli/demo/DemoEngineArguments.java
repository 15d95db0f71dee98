// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How the supervisor writes an {@link EngineSpec} on the command line of {@code millrace demo-engine}. */
public final class DemoEngineArguments {
    /** The hidden command. */
    public static final String COMMAND = "demo-engine";

    static final String MAIN_CLASS = "io.millrace.cli.Main";

    private DemoEngineArguments() {}

    static List<String> of(EngineSpec spec) {
        List<String> arguments = new ArrayList<>(List.of(
                COMMAND,
                "--plugins",
                spec.plugins().toString(),
                "--receiver",
                spec.receiver(),
                "--batch-interval",
                spec.batchInterval().toMillis() + "ms",
                "--checkpoint",
                spec.checkpoint().toString(),
                "--results",
                spec.results().toString()));
        Path walConfig = spec.walConfig();
        if (walConfig != null) {
            arguments.addAll(List.of("--wal-config", walConfig.toString()));
        }
        spec.settings().forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
        return arguments;
    }
}
