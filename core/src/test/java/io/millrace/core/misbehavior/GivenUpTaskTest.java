// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.misbehavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.call.ForeignCall;
import io.millrace.core.operator.Operator;
import io.millrace.core.operator.Operators;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A task that the engine ends blames no element for the interruption; one that it does not end blames the element. */
class GivenUpTaskTest {
    private final List<Object> without = new ArrayList<>();

    @AfterEach
    void end() {
        ForeignCall.taskEnds();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruption(boolean cancelled) {
        Exception interruption = cancelled ? new CancellationException("end") : new InterruptedException("end");
        Operators.Map map = new Operators.Map(
                element -> {
                    throw interruption;
                },
                new Operator() {});
        map.at("'map' at Here.java:1", (element, failure) -> without.add(element));
        ForeignCall.taskBegins(() -> true);
        assertThatThrownBy(() -> map.push("element")).isSameAs(interruption);
        assertThat(without).isEmpty();
        ForeignCall.taskBegins(() -> false);
        assertThatCode(() -> map.push("element")).doesNotThrowAnyException();
        assertThat(without).containsExactly("element");
    }
}
