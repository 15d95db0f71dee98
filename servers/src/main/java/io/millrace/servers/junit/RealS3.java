// SPDX-License-Identifier: Apache-2.0
package io.millrace.servers.junit;

import io.millrace.servers.S3Server;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests one real S3 server to share: {@code @ExtendWith(RealS3.class)} and a parameter of type {@link S3Server}, of a
 * method or a constructor. Every test uses a bucket or a prefix of its own.
 *
 * @since 0.1
 */
@SuppressWarnings(
        "exports") // JUnit's types are for tests alone: who only starts servers needs no JUnit, not even to compile
public final class RealS3 implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(RealS3.class);

    /** Called by JUnit. */
    public RealS3() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == S3Server.class;
    }

    @Override
    public S3Server resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(S3Server.class, key -> S3Server.builder().start(), S3Server.class);
    }
}
