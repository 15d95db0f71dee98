// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.cli.tck.ConsoleReport;
import io.millrace.cli.tck.HtmlReport;
import io.millrace.cli.tck.SuiteReport;
import io.millrace.cli.tck.Tck;
import io.millrace.cli.tck.TckRequest;
import io.millrace.spi.plugin.Suggestion;
import java.net.URI;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace tck}: whether a plugin does what its SPI's specification says. */
@Command(
        name = "tck",
        sortOptions = false,
        description = {
            "Runs the conformance kit against a plugin, loaded as a program would load it, or against what is built in.",
            "Prints every clause of its specifications that was passed, failed, refused or not tested. Exit code 0 if no"
                    + " required clause failed, 1 if one did."
        })
final class TckCommand extends Subcommand implements Callable<Integer> {
    private static final String LOCATION = "location";
    private static final int BROKEN = 1;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "PLUGIN",
            description = "The plugin's zip or fat jar. Without it: what is built in.")
    private @Nullable Path plugin;

    @Option(names = "--provider", paramLabel = "NAME", description = "Only this provider of the plugin. Default: all.")
    private @Nullable String provider;

    @Option(
            names = "--location",
            paramLabel = "URI",
            description = "Where to try a log store, such as s3://bucket/tck. What the kit writes stays there, below a"
                    + " name of its own. Default: a temporary place, for the stores that are built in.")
    private @Nullable URI location;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings of the provider, as Java properties; 'location' is --location.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting of the provider. Can be given several times, and rules over --config.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--bench",
            paramLabel = "PATH",
            description =
                    "A jar or a directory of classes with a bench, which feeds the source of a receiver or sees the"
                            + " target of a sink. Can be given several times, for what the bench needs beside the kit. Not needed"
                            + " for what is built in.")
    private List<Path> benches = new ArrayList<>();

    @Option(
            names = "--suites",
            split = ",",
            paramLabel = "NAME",
            description = "Only these suites, divided by commas. Default: all that fit.")
    private Set<String> suites = new TreeSet<>();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Repeats what tests did by chance. Default: a new one, which is printed.")
    private @Nullable Long seed;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Writes report.html and JUnit's XML into this directory.")
    private @Nullable Path report;

    @Override
    public Integer call() {
        for (String suite : suites) {
            if (!Tck.suites().contains(suite)) {
                throw misuse("option --suites = '" + suite + "' is not usable: there is no such suite"
                        + Suggestion.nearest(suite, Tck.suites())
                                .map(near -> ", did you mean '" + near + "'?")
                                .orElse("; there are " + String.join(", ", Tck.suites())));
            }
        }
        TckRequest request = request();
        String what = plugin == null ? "what is built in" : String.valueOf(plugin.getFileName());
        String run = "seed " + request.seed() + ", Java " + System.getProperty("java.version") + ", "
                + System.getProperty("os.name") + ", "
                + ZonedDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS);
        List<SuiteReport> reports = Tck.run(request, new ConsoleReport(out(), "Conformance of " + what, run));
        boolean conforms = reports.stream().allMatch(SuiteReport::conforms);
        out().println();
        if (report != null) {
            out().println("Report: " + HtmlReport.write(report, what, run, reports));
        }
        if (reports.stream().noneMatch(SuiteReport::tested)) {
            out().println("Nothing was tested.");
        } else {
            out().println(conforms ? "No required clause failed." : "Required clauses failed: it does not conform.");
        }
        return conforms ? 0 : BROKEN;
    }

    private TckRequest request() {
        Map<String, String> given = SettingsFile.with(config, settings);
        String configured = given.remove(LOCATION);
        return new TckRequest(
                plugin,
                provider,
                location != null || configured == null ? location : uri(configured),
                given,
                benches,
                suites,
                seed != null ? seed : new Random().nextInt(1_000_000),
                report);
    }

    private static URI uri(String text) {
        try {
            return URI.create(text.strip());
        } catch (IllegalArgumentException e) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "setting 'location' = '" + text + "' is not usable: give a URI such as s3://bucket/prefix",
                    e);
        }
    }
}
