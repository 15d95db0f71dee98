// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import java.util.Objects;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives the test classes of this package the {@link Subject} that {@link SuiteRun} left in JUnit's session. */
final class SubjectResolver implements ParameterResolver {
    static final String NAMESPACE = "io.millrace.cli.tck";

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Subject.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return Objects.requireNonNull(
                context.getStore(StoreScope.LAUNCHER_SESSION, Namespace.create(NAMESPACE))
                        .get(Subject.class, Subject.class),
                "no subject in the session");
    }
}
