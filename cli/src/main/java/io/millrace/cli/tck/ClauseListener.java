// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import static java.util.Objects.requireNonNullElse;

import io.millrace.testkit.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** Turns what JUnit tells about the tests of a suite into checks of clauses, and passes each on as soon as it is there. */
final class ClauseListener implements TestExecutionListener {
    private final String letter;
    private final Consumer<Check> progress;
    private final Map<String, Long> started = new HashMap<>();
    private final Map<String, String> refused = new HashMap<>();
    private final Map<String, String> unbound = new HashMap<>();
    private final List<Check> checks = new ArrayList<>();

    ClauseListener(String letter, Consumer<Check> progress) {
        this.letter = letter;
        this.progress = progress;
    }

    List<Check> checks() {
        return checks;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        started.put(test.getUniqueId(), System.nanoTime());
    }

    @Override
    public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
        String what = entry.getKeyValuePairs().get(Verdict.REFUSED);
        if (what != null) {
            refused.put(test.getUniqueId(), what);
        }
        String why = entry.getKeyValuePairs().get(Verdict.UNBOUND);
        if (why != null) {
            unbound.put(test.getUniqueId(), why);
        }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        if (test.isTest()) {
            add(test, Outcome.UNTESTED, reason);
        }
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        String message = result.getThrowable().map(ClauseListener::message).orElse("");
        switch (result.getStatus()) {
            case FAILED -> add(test, Outcome.FAILED, message);
            case ABORTED -> add(test, Outcome.UNTESTED, message);
            case SUCCESSFUL -> {
                if (test.isTest()) {
                    succeeded(test);
                }
            }
        }
    }

    private void succeeded(TestIdentifier test) {
        String why = unbound.get(test.getUniqueId());
        if (why != null) {
            add(test, Outcome.UNTESTED, "does not bind this implementation: " + why);
            return;
        }
        String what = refused.get(test.getUniqueId());
        add(test, what == null ? Outcome.PASSED : Outcome.REFUSED, requireNonNullElse(what, ""));
    }

    private void add(TestIdentifier test, Outcome outcome, String detail) {
        ClauseName name = test.getSource()
                .filter(MethodSource.class::isInstance)
                .map(source -> ClauseName.of(((MethodSource) source).getMethodName(), letter))
                .orElseGet(() -> new ClauseName("-", true, test.getDisplayName()));
        Duration took =
                Duration.ofNanos(System.nanoTime() - started.getOrDefault(test.getUniqueId(), System.nanoTime()));
        Check check = new Check(name.clauses(), name.required(), name.says(), outcome, detail, took);
        checks.add(check);
        progress.accept(check);
    }

    private static String message(Throwable failure) {
        String message = requireNonNullElse(failure.getMessage(), "").strip();
        if (failure instanceof AssertionError || failure instanceof org.opentest4j.TestAbortedException) {
            return message.replaceFirst("^Assumption failed: ", "");
        }
        return failure.getClass().getName() + (message.isEmpty() ? "" : ": " + message);
    }
}
