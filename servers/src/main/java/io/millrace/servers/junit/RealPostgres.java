// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers.junit;

import io.millrace.servers.PostgresServer;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests one real PostgreSQL to share: {@code @ExtendWith(RealPostgres.class)} and a parameter of type
 * {@link PostgresServer}, of a method or a constructor. It starts with the first test that asks for it and stops after
 * the last test of the run, so every test uses tables of its own.
 *
 * @since 0.1
 */
@SuppressWarnings(
        "exports") // JUnit's types are for tests alone: who only starts servers needs no JUnit, not even to compile
public final class RealPostgres implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(RealPostgres.class);

    /** Called by JUnit. */
    public RealPostgres() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == PostgresServer.class;
    }

    @Override
    public PostgresServer resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(PostgresServer.class, key -> PostgresServer.start(), PostgresServer.class);
    }
}
