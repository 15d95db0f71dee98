// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives the test classes of this package what {@link SuiteRun} left for them in JUnit's session. */
final class SubjectResolver implements ParameterResolver {
    static final String NAMESPACE = "io.millrace.cli.tck";
    private static final Set<Class<?>> SUBJECTS = Set.of(Subject.class, PackagingTck.Packaged.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return SUBJECTS.contains(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return Objects.requireNonNull(
                context.getStore(StoreScope.LAUNCHER_SESSION, Namespace.create(NAMESPACE))
                        .get(parameter.getParameter().getType()),
                "no subject in the session");
    }
}
