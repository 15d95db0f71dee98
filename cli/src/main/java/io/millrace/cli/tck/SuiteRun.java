// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.testkit.spec.Clause;
import io.millrace.testkit.spec.Specification;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.support.store.Namespace;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.reporting.legacy.xml.LegacyXmlReportGeneratingListener;

/** Runs the test class of a suite on JUnit's platform, and lists what its specification says beyond it. */
final class SuiteRun {
    /** Nothing that happens to lie on the class path takes part. */
    private static final LauncherConfig PLAIN = LauncherConfig.builder()
            .enableLauncherSessionListenerAutoRegistration(false)
            .enableLauncherDiscoveryListenerAutoRegistration(false)
            .enablePostDiscoveryFilterAutoRegistration(false)
            .enableTestExecutionListenerAutoRegistration(false)
            .build();

    private SuiteRun() {}

    /**
     * Runs a suite.
     *
     * @param tests its class, whose object is given {@code subject}
     * @param xml the directory for JUnit's XML; null for none
     * @param progress is told each check as it ends
     */
    static List<Check> of(Class<?> tests, String letter, Object subject, @Nullable Path xml, Consumer<Check> progress) {
        ClauseListener clauses = new ClauseListener(letter, progress);
        List<TestExecutionListener> listeners = new ArrayList<>(List.of(clauses));
        if (xml != null) {
            listeners.add(new LegacyXmlReportGeneratingListener(created(xml), new PrintWriter(Writer.nullWriter())));
        }
        try (LauncherSession session = LauncherFactory.openSession(PLAIN)) {
            session.getStore().put(Namespace.create(SubjectResolver.NAMESPACE), subject.getClass(), subject);
            session.getLauncher()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(selectClass(tests))
                                    .filters(EngineFilter.includeEngines("junit-jupiter"))
                                    .configurationParameter(
                                            "junit.jupiter.testmethod.order.default",
                                            "org.junit.jupiter.api.MethodOrderer$MethodName")
                                    .build(),
                            listeners.toArray(TestExecutionListener[]::new));
        }
        return clauses.checks();
    }

    /**
     * The checks, and every clause of the specification that none of them names, in the order of the clauses.
     *
     * @param why says of a clause why there is no check of it
     */
    static List<Check> withUntested(List<Check> checks, Suite suite, UnaryOperator<String> why) {
        Set<String> seen = checks.stream()
                .flatMap(check -> List.of(check.clause().split(", ")).stream())
                .collect(Collectors.toSet());
        List<Check> all = new ArrayList<>(checks);
        for (Clause clause : Specification.of(suite.specification()).clauses()) {
            if (!seen.contains(clause.id()) && suite.covers(clause.id())) {
                all.add(Check.untested(clause.id(), clause.text(), why.apply(clause.id())));
            }
        }
        all.sort(Comparator.comparing(Check::clause));
        return all;
    }

    private static Path created(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "the report cannot be written into '" + directory + "' (" + e + "); name another with --report",
                    e);
        }
    }
}
