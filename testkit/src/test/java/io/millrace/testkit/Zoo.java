// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs a suite of the kit against what is broken on purpose: by the clause that it breaks alone, which takes a moment, or
 * with {@code -Dmillrace.test.zoo=all} (so in the profile {@code long}) by all of them, to see that no other fails.
 */
public final class Zoo {
    private static final Pattern CLAUSE = Pattern.compile("(?:required|optional)_[a-z]+_(\\d+)_.*");
    private static final boolean ALL = "all".equals(System.getProperty("millrace.test.zoo"));

    private Zoo() {}

    /** How long a suite of the zoo waits: where only what fails is run, waiting longer proves nothing. */
    public static Duration patience() {
        return ALL ? Duration.ofSeconds(10) : Duration.ofSeconds(1);
    }

    /** How long a suite of the zoo watches: until it sees what it should, where only what fails is run. */
    public static Duration watch() {
        return ALL ? Duration.ofMillis(500) : Duration.ofSeconds(3);
    }

    /**
     * The numbers of the clauses that fail. The stochastic ones do not count: they prove all clauses at once, and fail or
     * not as chance has it.
     *
     * @param clause the number of the one that should
     */
    public static Set<Integer> failing(Class<?> suite, int clause) {
        Set<Integer> failing = new TreeSet<>();
        PostDiscoveryFilter chosen = test -> FilterResult.includedIf(!test.isTest() || isChosen(test, clause));
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(suite))
                .filters(chosen)
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest() && result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                    failing.add(clauseOf(test.getDisplayName()));
                }
            }
        });
        return failing;
    }

    private static boolean isChosen(TestDescriptor test, int clause) {
        int number = clauseOf(test.getDisplayName());
        return ALL ? number >= 0 : number == clause;
    }

    private static int clauseOf(String name) {
        Matcher clause = CLAUSE.matcher(name);
        return clause.matches() ? Integer.parseInt(clause.group(1)) : -1;
    }
}
