// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import java.util.List;

/**
 * What one suite found out about one subject.
 *
 * @param suite its name, such as {@code wal}
 * @param subject what was tested, such as {@code log store 's3'}
 * @param checks in the order of the clauses
 */
public record SuiteReport(String suite, String subject, List<Check> checks) {
    public SuiteReport {
        checks = List.copyOf(checks);
    }

    /** How many have an outcome. */
    public long count(Outcome outcome) {
        return checks.stream().filter(check -> check.outcome() == outcome).count();
    }

    /** Whether every clause that was tested holds, but for optional ones. */
    public boolean conforms() {
        return checks.stream().noneMatch(Check::breaksTheContract);
    }

    /** Whether any test looked at anything. */
    public boolean tested() {
        return count(Outcome.UNTESTED) < checks.size();
    }

    /** The subject and its counts, in one line. */
    public String summary() {
        StringBuilder summary = new StringBuilder(subject).append(": ");
        summary.append(count(Outcome.PASSED)).append(" passed, ");
        summary.append(count(Outcome.FAILED)).append(" failed, ");
        summary.append(count(Outcome.REFUSED)).append(" refused, ");
        return summary.append(count(Outcome.UNTESTED)).append(" untested").toString();
    }
}
