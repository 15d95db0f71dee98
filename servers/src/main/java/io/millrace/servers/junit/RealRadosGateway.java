// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers.junit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.servers.RadosGateway;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests one real gateway of Ceph to share: {@code @ExtendWith(RealRadosGateway.class)} and a parameter of type {@link
 * RadosGateway}. Where its packages are missing, the tests are skipped and say so.
 *
 * @since 0.1
 */
@SuppressWarnings(
        "exports") // JUnit's types are for tests alone: who only starts servers needs no JUnit, not even to compile
public final class RealRadosGateway implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(RealRadosGateway.class);

    /** Called by JUnit. */
    public RealRadosGateway() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == RadosGateway.class;
    }

    @Override
    public RadosGateway resolveParameter(ParameterContext parameter, ExtensionContext context) {
        String missing = RadosGateway.missing();
        assumeTrue(missing.isEmpty(), () -> "not run, for want of " + missing);
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(RadosGateway.class, key -> RadosGateway.start(), RadosGateway.class);
    }
}
