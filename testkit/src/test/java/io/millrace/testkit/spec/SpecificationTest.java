// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpecificationTest {
    @Test
    void clausesOfEitherFormAreFoundWithWhatTheySay() {
        Specification read = Specification.parse("""
            # A title

            Some **words**.

            **W-01 ✓** First [line](x.md) of `code`
            and the *second*.

            - **R-02** A bullet
              that goes on
            - **R-03** another
            | not | text |
            """);
        assertThat(read.title()).isEqualTo("A title");
        assertThat(read.clauses())
                .containsExactly(
                        new Clause("W-01", "First line of code and the second."),
                        new Clause("R-02", "A bullet that goes on"),
                        new Clause("R-03", "another"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"wal-store", "receiver", "scheduler", "sink", "plugin-packaging"})
    void theKitCarriesTheSpecificationsThatItTests(String name) {
        Specification specification = Specification.of(name);
        assertThat(specification.clauses()).hasSizeGreaterThan(10);
        assertThat(specification.clauses().stream().map(Clause::id)).doesNotHaveDuplicates();
        assertThat(specification.clauses())
                .allSatisfy(clause -> assertThat(clause.text()).as(clause.id()).isNotBlank());
    }

    @Test
    void anUnknownNameIsRefused() {
        assertThatThrownBy(() -> Specification.of("nothing")).hasMessageContaining("'nothing'");
    }
}
