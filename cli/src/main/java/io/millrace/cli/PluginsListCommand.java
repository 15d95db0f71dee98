// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.api.ErrorCode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace plugins list}: every provider by kind, name and file, and what is wrong with the ones that fail to load. */
@Command(
        name = "list",
        description = {
            "Lists what a program would find by name: the drop-in plugins of a directory and what is built in.",
            "Plugins that cannot be loaded are named on standard error; the exit code is then 4."
        })
final class PluginsListCommand extends Subcommand implements Callable<Integer> {
    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "Directory of drop-in plugins (zips and fat jars). Default: plugins/ of this installation.")
    private @Nullable Path plugins;

    @Override
    public Integer call() {
        Path directory = plugins != null ? plugins : Installation.current().plugins();
        Providers providers = Providers.in(directory);
        PrintWriter out = out();
        if (providers.found().isEmpty()) {
            out.println("no plugins in " + directory);
        } else {
            int nameWidth = providers.found().stream()
                    .mapToInt(entry -> entry.name().length())
                    .max()
                    .orElse(0);
            for (Providers.Entry entry : providers.found()) {
                out.println(String.format(
                        Locale.ROOT, "%-14s %-" + nameWidth + "s  %s", entry.kind(), entry.name(), entry.origin()));
            }
        }
        providers.problems().forEach(problem -> err().println("millrace: " + problem));
        return providers.problems().isEmpty() ? 0 : ErrorCode.PLUGIN.exitCode();
    }
}
