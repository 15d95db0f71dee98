// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.trial.PluginTrial;
import io.millrace.spi.plugin.Provider;
import io.millrace.spi.plugin.ProviderSource.Found;
import io.millrace.spi.plugin.Suggestion;
import io.millrace.spi.plugin.ThreadContextClassLoader;
import io.millrace.spi.wal.WalStoreProvider;
import io.millrace.testkit.bench.TestBench;
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
        try (BenchCatalog benches = BenchCatalog.open(request.benches());
                PluginTrial trial = PluginTrial.open(request.plugin())) {
            for (Candidate candidate : candidates(trial)) {
                reports.add(run(trial, benches, candidate));
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
        SuiteReport report = new SuiteReport(
                suite.name(),
                subject,
                SuiteRun.withUntested(checks, suite, clause -> suite.whyUntested(PackagingTck.class, clause)));
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

    private SuiteReport run(PluginTrial trial, BenchCatalog benches, Candidate candidate) {
        SuiteReport report =
                new SuiteReport(candidate.suite().name(), candidate.subject(), checks(trial, benches, candidate));
        console.end(report);
        return report;
    }

    private List<Check> checks(PluginTrial trial, BenchCatalog benches, Candidate candidate) {
        Class<? extends TestBench> kind = candidate.suite().bench();
        TestBench bench =
                kind == null ? null : benches.find(candidate.name(), kind).orElse(null);
        if (kind != null && bench == null) {
            return untested(candidate, candidate.suite().withoutBench());
        }
        ClassLoader loader = (bench == null ? this : bench).getClass().getClassLoader();
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            Ready ready;
            try {
                ready = ready(trial, bench, candidate);
            } catch (MillraceException e) {
                if (request.isExplicit() || e.code() != ErrorCode.USER_CONFIG) {
                    throw e;
                }
                return untested(candidate, String.valueOf(e.getMessage()));
            }
            try (ready) {
                return checks(candidate, ready);
            }
        }
    }

    /**
     * Something that a suite can be run against.
     *
     * @param place where log stores are tried
     * @param tests the class that has the tests
     */
    private record Ready(Place place, Subject subject, Class<?> tests) implements AutoCloseable {
        @Override
        public void close() {
            place.close();
        }
    }

    private Ready ready(PluginTrial trial, @Nullable TestBench bench, Candidate candidate) {
        Suite suite = candidate.suite();
        Place place =
                suite.spi() == WalStoreProvider.class ? Place.of(candidate.name(), request.location()) : Place.NONE;
        try {
            Subject subject = new Subject(
                    trial,
                    candidate.found(),
                    candidate.subject(),
                    request.settings(),
                    place.uri(),
                    bench,
                    request.seed());
            return new Ready(place, subject, suite.trying().out(subject));
        } catch (MillraceException e) {
            place.close();
            throw e;
        } catch (Exception e) {
            place.close();
            throw new MillraceException(
                    ErrorCode.PLUGIN, candidate.subject() + " cannot be tried: " + e + "; see the cause", e);
        }
    }

    private List<Check> checks(Candidate candidate, Ready ready) {
        Suite suite = candidate.suite();
        console.begin(candidate.subject(), candidate.found().origin());
        if (!ready.place().equals(Place.NONE)) {
            console.at(ready.place().uri());
        }
        Path xml = xml(suite.name() + "-" + candidate.name());
        List<Check> checks = SuiteRun.of(ready.tests(), suite.letter(), ready.subject(), xml, console::check);
        return SuiteRun.withUntested(checks, suite, clause -> suite.whyUntested(ready.tests(), clause));
    }

    private List<Check> untested(Candidate candidate, String why) {
        console.begin(candidate.subject(), candidate.found().origin());
        return SuiteRun.withUntested(List.of(), candidate.suite(), clause -> why);
    }
}
