// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.trial.PluginTrial;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.plugin.ProviderSource.Found;
import io.millrace.spi.plugin.Settings;
import io.millrace.spi.plugin.Suggestion;
import io.millrace.spi.wal.WalStoreProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** Runs the kit's suites against the providers of a plugin, loaded as the engine loads it, or against what is built in. */
public final class Tck {
    private static final String NO_TEST = "the kit has no test of it";

    private final TckRequest request;
    private final ConsoleReport console;

    private Tck(TckRequest request, ConsoleReport console) {
        this.request = request;
        this.console = console;
    }

    /** The names of the suites. */
    public static List<String> suites() {
        return Suite.all().stream().map(Suite::name).toList();
    }

    /**
     * Runs what is asked for.
     *
     * @return what each suite found, in the order in which they ran
     * @throws MillraceException if the request is not usable, or the plugin cannot be loaded
     */
    public static List<SuiteReport> run(TckRequest request, ConsoleReport console) {
        return new Tck(request, console).run();
    }

    private List<SuiteReport> run() {
        checkPlugin(request.plugin());
        List<SuiteReport> reports = new ArrayList<>();
        Path plugin = request.plugin();
        if (plugin != null && request.provider() == null && request.wants(Suite.PACKAGING.name())) {
            reports.add(packaging(plugin));
        }
        if (request.suites().equals(Set.of(Suite.PACKAGING.name()))) {
            return reports;
        }
        try (PluginTrial trial = PluginTrial.open(request.plugin())) {
            for (Candidate candidate : candidates(trial)) {
                reports.add(run(trial, candidate));
            }
        } catch (MillraceException e) {
            if (reports.stream().allMatch(SuiteReport::conforms)) {
                throw e;
            }
            console.say("Not tried any further: " + e.getMessage());
        }
        return reports;
    }

    private static void checkPlugin(@Nullable Path plugin) {
        if (plugin == null) {
            return;
        }
        String name = String.valueOf(plugin.getFileName());
        String problem = null;
        if (!Files.exists(plugin)) {
            problem = "does not exist";
        } else if (!Files.isRegularFile(plugin)) {
            problem = "is not a file";
        } else if (!name.endsWith(".zip") && !name.endsWith(".jar")) {
            problem = "is neither a .zip nor a .jar";
        }
        if (problem != null) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "plugin '" + plugin + "' " + problem + ": give the plugin's zip or fat jar, as its build makes it");
        }
    }

    private SuiteReport packaging(Path plugin) {
        Suite suite = Suite.PACKAGING;
        checkReadable(plugin);
        String subject = "plugin '" + plugin.getFileName() + "'";
        console.begin(subject, plugin.toString());
        List<Check> checks = SuiteRun.of(
                PackagingTck.class,
                suite.letter(),
                new PackagingTck.Packaged(plugin),
                xml("packaging"),
                console::check);
        SuiteReport report = new SuiteReport(suite.name(), subject, SuiteRun.withUntested(checks, suite, NO_TEST));
        console.end(report);
        return report;
    }

    private static void checkReadable(Path plugin) {
        try {
            new ZipFile(plugin.toFile()).close();
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.PLUGIN,
                    "plugin '" + plugin + "' is no zip or is damaged (" + e.getMessage() + "): build or copy it again",
                    e);
        }
    }

    private @Nullable Path xml(String run) {
        Path report = request.report();
        return report == null ? null : report.resolve("junit").resolve(run);
    }

    /** A provider, and the suite for it. */
    private record Candidate(Suite suite, String name, Found<? extends Provider> found) {
        String subject() {
            return suite.label() + " '" + name + "'";
        }
    }

    private List<Candidate> candidates(PluginTrial trial) {
        List<Candidate> all = new ArrayList<>();
        for (Suite suite : Suite.OF_PROVIDERS) {
            addAll(all, trial, suite, suite.spi());
        }
        Path plugin = request.plugin();
        if (all.isEmpty()
                && plugin != null
                && request.provider() == null
                && trial.problems().isEmpty()) {
            return List.of();
        }
        if (all.isEmpty() && plugin != null) {
            throw new MillraceException(
                    ErrorCode.PLUGIN,
                    trial.problems().isEmpty()
                            ? "plugin '" + plugin + "' provides nothing that the kit has a suite for"
                            : "plugin cannot be loaded: " + String.join("; ", trial.problems()));
        }
        List<Candidate> meant = all.stream()
                .filter(one -> request.provider() == null || request.provider().equals(one.name()))
                .toList();
        String names = all.stream().map(Candidate::name).distinct().collect(Collectors.joining(", "));
        if (meant.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "unknown provider '" + request.provider() + "'"
                            + Suggestion.nearest(
                                            String.valueOf(request.provider()),
                                            all.stream().map(Candidate::name).toList())
                                    .map(near -> ", did you mean '" + near + "'?")
                                    .orElse("")
                            + " (" + (plugin == null ? "built in" : plugin) + ": " + names + ")");
        }
        if (meant.size() > 1 && !(request.settings().isEmpty() && request.location() == null)) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "settings are given, but there are several providers they could be for: choose one of " + names
                            + " with --provider");
        }
        return meant.stream().filter(one -> request.wants(one.suite().name())).toList();
    }

    private <P extends Provider> void addAll(List<Candidate> all, PluginTrial trial, Suite suite, Class<P> spi) {
        Path plugin = request.plugin();
        trial.all(spi).forEach((name, found) -> {
            if (plugin == null || found.origin().equals(plugin.toString())) {
                all.add(new Candidate(suite, name, found));
            }
        });
    }

    private SuiteReport run(PluginTrial trial, Candidate candidate) {
        Suite suite = candidate.suite();
        Class<?> tests = suite.tests();
        List<Check> checks = tests == null ? untested(candidate, suite.otherwise()) : run(trial, candidate, tests);
        SuiteReport report = new SuiteReport(suite.name(), candidate.subject(), checks);
        console.end(report);
        return report;
    }

    private List<Check> run(PluginTrial trial, Candidate candidate, Class<?> tests) {
        Suite suite = candidate.suite();
        Place place;
        Settings settings;
        try {
            settings = trial.check(candidate.found(), candidate.subject(), request.settings());
            place = suite.spi() == WalStoreProvider.class ? Place.of(candidate.name(), request.location()) : Place.NONE;
        } catch (MillraceException e) {
            if (request.isExplicit()) {
                throw e;
            }
            return untested(candidate, String.valueOf(e.getMessage()));
        }
        try (place) {
            Subject subject =
                    new Subject(trial, candidate.found(), settings, request.settings(), place.uri(), request.seed());
            subject.tryOut(suite.spi());
            console.begin(candidate.subject(), candidate.found().origin());
            if (!place.equals(Place.NONE)) {
                console.at(place.uri());
            }
            Path xml = xml(suite.name() + "-" + candidate.name());
            List<Check> checks = SuiteRun.of(tests, suite.letter(), subject, xml, console::check);
            return SuiteRun.withUntested(checks, suite, NO_TEST);
        }
    }

    private List<Check> untested(Candidate candidate, String why) {
        console.begin(candidate.subject(), candidate.found().origin());
        return SuiteRun.withUntested(List.of(), candidate.suite(), why);
    }
}
